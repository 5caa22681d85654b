// What stands before the first run of a program: its variables, packing them, and the first touch of the memory that both write.
//
//   igata_benchmark_models_binding resnet50 8              8 times each, in milliseconds of processor time; and the peak of memory
//   igata_benchmark_models_binding resnet50 save file      the variables as a file, for
//   igata_benchmark_models_binding resnet50 start file     one result from it, and nothing else: see cold_start.py
#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <igata/io/mapped_weights.hpp>

#include "../compile_time/resnet.hpp"
#include "lenet.hpp"
#include "mobilenet_v2.hpp"

namespace {

using net_50 = inference<resnet{.depth = 50}, in<"image", 224, 224, 3>>;
using net_v2 = inference<mobilenet_v2{}, in<"image", 224, 224, 3>>;
using net_lenet = inference<lenet{}, in<"image", 28, 28, 1>>;

// Of this process on all its threads: what other processes take does not count.
double now() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}
double peak_megabytes() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}
void show(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-28s %9.3f min %9.3f median ms\n", what, times.front(), times[times.size() / 2]);
}

// Memory as large as the variables', or as what is packed, written once.
double touch(const std::vector<std::size_t>& sizes) {
  const double begin = now();
  std::vector<unsigned char*> all;
  for (const std::size_t size : sizes) {
    all.push_back(static_cast<unsigned char*>(::operator new[](size, std::align_val_t{64})));
    std::fill_n(all.back(), size, static_cast<unsigned char>(1));
    asm volatile("" : : "r"(all.back()) : "memory");
  }
  const double time = now() - begin;
  for (unsigned char* p : all) ::operator delete[](p, std::align_val_t{64});
  return time;
}

variable_store as_type(const variable_store& from, dtype type) {
  variable_store to;
  for (const variable_store::entry& e : from) {
    variable_store::entry& fresh = to.add(e.path, e.kind, e.type == f32 ? type : e.type, e.dims);
    fresh.automatic = e.automatic;
    io::convert_numbers(e.type, e.memory.data(), fresh.type, fresh.memory.data(), e.count());
  }
  return to;
}

// The first time memory comes from the system, later it is what was given back.
template <class Net>
int measure(int runs) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_MAX, 0), mallopt(M_TRIM_THRESHOLD, 2147483647);
#endif
  std::vector<double> variables, pack, variables_touch, pack_touch;
  std::vector<std::size_t> sizes;
  for (int i = 0; i <= runs; ++i) {
    if (i == 1)
      std::printf("first: variables %.1f, pack %.1f ms; peak %.1f MB\n", variables.back(), pack.back(), peak_megabytes()), variables.clear(),
          pack.clear();
    const double begin = now();
    const variable_store weights = Net::variables();
    const double made = now();
    const packed_weights packed = Net::pack(weights);
    const double done = now();
    if (i == 0)
      std::printf("weights %.1f MB, packed %.1f MB\n", static_cast<double>(Net::weight_bytes) / 1048576,
                  static_cast<double>(packed.bytes()) / 1048576);
    variables.push_back(made - begin), pack.push_back(done - made);
    sizes.clear();
    for (const variable_store::entry& e : weights) sizes.push_back(e.memory.size() + 256);
    sizes.push_back(packed.bytes());
  }
  const double packed_size = static_cast<double>(sizes.back());
  for (int i = 0; i < runs; ++i) {
    pack_touch.push_back(touch({static_cast<std::size_t>(packed_size)}));
    variables_touch.push_back(touch({sizes.begin(), sizes.end() - 1}));
  }
  show("variables", variables), show("writing as much memory", variables_touch);
  show("pack", pack), show("writing as much memory", pack_touch);
  for (const dtype type : {f16, bf16, f64}) {
    const variable_store weights = as_type(Net::variables(), type);
    std::vector<double> times;
    for (int i = 0; i < runs; ++i) {
      const double begin = now();
      const packed_weights packed = Net::pack(weights);
      times.push_back(now() - begin);
    }
    show(("pack of " + std::string(name_of(type))).c_str(), times);
  }
  return 0;
}

template <class Net>
int measure(int count, char** arguments) {
  const std::string_view what = count > 2 ? arguments[2] : "8";
  if (count > 3 && what == "save") return io::safetensors::save(arguments[3], Net::variables()), 0;
  if (count > 3 && what == "start") {
    Net net{Net::pack(io::safetensors::mapped_weights(arguments[3]))};
    const std::vector<float> image(static_cast<std::size_t>(Net::input_row()), 0.5f);
    std::vector<float> scores(static_cast<std::size_t>(Net::output_row()));
    if (!net.run(image, scores)) return 1;
    std::printf("%g\n", static_cast<double>(scores[0]));
    std::fflush(stdout);
    return 0;
  }
  return measure<Net>(count > 2 ? std::atoi(arguments[2]) : 8);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view name = count > 1 ? arguments[1] : "";
  if (name == "resnet50") return measure<net_50>(count, arguments);
  if (name == "mobilenet_v2") return measure<net_v2>(count, arguments);
  if (name == "lenet") return measure<net_lenet>(count, arguments);
  std::puts("usage: igata_benchmark_models_binding resnet50|mobilenet_v2|lenet [runs | save file | start file]");
  return 1;
}
