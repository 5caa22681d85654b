// Whether the sanitizers watch memory or threads, by g++'s macro or clang's question.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IGATA_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IGATA_TEST_SANITIZED 1
#endif
#endif
#ifndef IGATA_TEST_SANITIZED
#define IGATA_TEST_SANITIZED 0
#endif
