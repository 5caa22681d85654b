// How firmware compares its results with the host's, and says what is wrong.
#pragma once
#include "startup.hpp"

template <int N>
bool differs(const float (&got)[N], const float (&expected)[N]) {
  for (int i = 0; i < N; ++i)
    if (const float d = got[i] - expected[i]; !(d <= 1e-6f && d >= -1e-6f)) return true;  // of NaN too
  return false;
}
inline int fail(const char* why) {
  say(why);
  say("\n");
  return 1;
}
