// What this machine can do at all, measured: the frame of every other number.
#pragma once
#include <string>

namespace bench {

struct machine {
  double fma = 0;        // GFLOP/s of one core, f32; 0: not measured here
  double dot8 = 0;       // GOP/s of one core, products of 8-bit numbers added to 32-bit ones (VNNI); 0: none
  double near = 0, far = 0;  // GB/s that one core reads from 96 KB and from 24 MB
  std::string processor;
};
// `seconds` for each figure.
machine measure_machine(double seconds);

double wall_seconds();
double cpu_seconds();   // that this process has used, all threads

}  // namespace bench
