// The few functions of Windows that igata calls, declared as <windows.h> declares them. That header may stand before igata or behind; igata does not
// include it, because its macros would be the user's too.
#pragma once
#if defined(_WIN32)

extern "C" {
struct _CONSOLE_SCREEN_BUFFER_INFO;
__declspec(dllimport) int __stdcall GetConsoleScreenBufferInfo(void*, struct _CONSOLE_SCREEN_BUFFER_INFO*);
__declspec(dllimport) unsigned long __stdcall GetFileAttributesW(const wchar_t*);
__declspec(dllimport) unsigned long __stdcall GetFileType(void*);
__declspec(dllimport) unsigned long __stdcall GetLastError();
__declspec(dllimport) int __stdcall MoveFileExW(const wchar_t*, const wchar_t*, unsigned long);
}

#endif
