// Compiled with -fno-exceptions: a mistake that would throw prints its line and aborts.
#include <csignal>  // SIGABRT
#include <cstdio>   // fputs
#include <cstdlib>  // _Exit

#include <igata/igata.hpp>

int main() {
  std::signal(SIGABRT, [](int) {
    std::fputs("aborted\n", stderr);
    std::_Exit(0);
  });
  igata::variable_store().at("dense/kernel");
}
