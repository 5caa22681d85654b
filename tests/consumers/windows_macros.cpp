// Macros of <windows.h> and other system headers do not reach into igata. The std headers come first, as they do after <windows.h>.
#include <bits/stdc++.h>

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define small char
#define interface struct
#define IN
#define OUT
#define ERROR 0
#define CONST const
#define VOID void
#define TRUE 1
#define FALSE 0
#define DELETE 1
#define B0 0
#define major(x) x
#define minor(x) x

#include <igata/igata.hpp>
#include <igata/io.hpp>
#include <igata/train.hpp>

struct network {
  constexpr igata::value operator()(igata::value x) const { return tanh(igata::nn::dense(x, {.units = 8})); }
};
int main() {
  using train_t = igata::training<network{}, igata::in<"x", 2>, igata::labels<"y", igata::f32, 0, 8>, igata::loss::huber{}, igata::optim::adam{}>;
  return train_t().variables().size() > 0 ? 0 : 1;
}
