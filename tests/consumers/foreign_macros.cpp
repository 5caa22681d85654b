// Macros of system headers and engines do not reach into igata. The std headers come first, as they do in <windows.h>.
#include <bits/stdc++.h>
#if __has_include(<unistd.h>)
#include <sys/mman.h>
#include <sys/param.h>
#include <termios.h>
#include <unistd.h>
#endif
#if __has_include(<curses.h>)
#include <curses.h>
#endif
#if __has_include(<X11/Xlib.h>)
#include <X11/Xlib.h>
//
#include <X11/Xos.h>
#include <X11/Xutil.h>
#endif

// <windows.h>
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define small char
#define interface struct
#define hyper long long
#define IN
#define OUT
#define ERROR 0
#define CONST const
#define VOID void
#define DELETE 1
// termios, sysmacros
#undef B0
#define B0 0
#undef major
#define major(x) x
#undef minor
#define minor(x) x
// Unreal, and Apple's AssertMacros.h
#define check(expr) \
  do {              \
  } while (!(expr))
#define verify(expr) check(expr)
#define ensure(expr) (!!(expr))
#define require(expr, label) check(expr)
#define PI 3.1415926535897932f
#define TEXT(x) L##x

#include <igata/expr.hpp>
#include <igata/igata.hpp>
#include <igata/io.hpp>
#include <igata/train.hpp>
//
#include <igata/draw/eager.hpp>
#include <igata/engine/profile.hpp>
#include <igata/engine/summary.hpp>
#include <igata/session.hpp>
#include <igata/threads.hpp>

struct network {
  constexpr igata::value operator()(igata::value x) const { return tanh(igata::nn::dense(x, {.units = 8})); }
};
int main() {
  using train_t =
      igata::training<network{}, igata::in<"x", 2>, igata::labels<"y", igata::f32, 0, 8>, igata::loss::huber{}, igata::optim::adam{}>;
  return train_t().variables().size() > 0 ? 0 : 1;
}
