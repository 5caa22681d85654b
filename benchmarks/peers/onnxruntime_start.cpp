// A process of ONNX Runtime from a file to one result; see benchmarks/models/cold_start.py.
//
//   igata_peer_onnxruntime_start save "ResNet-50" net.onnx fast.onnx    the network, and what its optimisations made of it on this machine
//   igata_peer_onnxruntime_start start "ResNet-50" net.onnx             one result, with all optimisations
//   igata_peer_onnxruntime_start start_optimised "ResNet-50" fast.onnx  the same, with none: they are in the file
#include <fstream>
#include <string_view>

#include "onnxruntime.hpp"

using namespace bench;

namespace {

void* session_of(const char* file, int optimisation, const char* optimised_path = nullptr) {
  void *environment = nullptr, *options = nullptr, *session = nullptr;
  call(create_env, 3, "start", &environment);
  call(create_options, &options);
  call(set_intra_threads, options, 1), call(set_inter_threads, options, 1), call(set_optimisation, options, optimisation);
  if (optimised_path) call(set_optimised_path, options, optimised_path);
  call(create_session, environment, file, options, &session);
  return session;
}

void start(const workload& w, const char* file, int optimisation) {
  void *memory = nullptr, *in = nullptr, *out = nullptr;
  void* const session = session_of(file, optimisation);
  call(create_cpu_memory, 1, 0, &memory);
  numbers x(static_cast<std::size_t>(w.net.layers[0].size()), 0.5f), y(static_cast<std::size_t>(w.net.last().size()));
  const dims x_dims = dims_of(w.net.layers[0], 1), y_dims = dims_of(w.net.last(), 1);
  call(create_tensor, memory, static_cast<void*>(x.data()), x.size() * 4, x_dims.data(), x_dims.size(), 1, &in);
  call(create_tensor, memory, static_cast<void*>(y.data()), y.size() * 4, y_dims.data(), y_dims.size(), 1, &out);
  const std::string output = output_name(w.net);
  const char *const input_name = "x0", *const result_name = output.c_str();
  call(run_session, session, static_cast<void*>(nullptr), &input_name, &in, std::size_t{1}, &result_name, std::size_t{1}, &out);
  std::printf("%g\n", static_cast<double>(y[0]));
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count > 3 ? arguments[1] : "";
  for (const workload& w : workloads) {
    if (count < 4 || std::string_view(w.name) != arguments[2]) continue;
    if (what == "save" && count == 5) {
      std::ofstream(arguments[3], std::ios::binary) << model_of(w);
      session_of(arguments[3], 99, arguments[4]);
      return 0;
    }
    if (what == "start") return start(w, arguments[3], 99), 0;
    if (what == "start_optimised") return start(w, arguments[3], 0), 0;
  }
  std::fputs(
      "usage: igata_peer_onnxruntime_start save <network> <file> <optimised file> | start <network> <file> | start_optimised <network> <file>\n",
      stderr);
  return 1;
}
