// ONNX Runtime on its C interface: all graph optimisations, one thread, memory for inputs and results given.
#include <memory>

#include "../suite/harness.hpp"
#include "onnxruntime.hpp"

namespace {

using namespace bench;

std::string elementwise_model(const workload& w) {
  onnx m;
  for (int i = 0; i < 5; ++i) m.input("x" + std::to_string(i), {w.batch});
  m.node("Mul", {"x0", "x1"}, "ab"), m.node("Add", {"ab", "x2"}, "abc"), m.node("Tanh", {"abc"}, "t"), m.node("Mul", {"t", "x3"}, "td"),
      m.node("Relu", {"x4"}, "r"), m.node("Add", {"td", "r"}, "y");
  m.output("y", {w.batch});
  return m.file();
}
task make(const workload& w) {
  if (w.trains()) return {};
  struct state {
    void* session = nullptr;
    std::vector<std::string> names;
    std::vector<const char*> inputs;
    std::string output;
    std::vector<numbers> x;
    numbers y;
    std::vector<void*> in;
    void* out = nullptr;
    ~state() { call_slot(release_session, session); }
    void run() {
      const char* const result = output.c_str();
      call(run_session, session, static_cast<void*>(nullptr), inputs.data(), in.data(), in.size(), &result, std::size_t{1}, &out);
    }
  };
  static void *environment = nullptr, *memory = nullptr;
  if (!environment) call(create_env, 3, "benchmark", &environment), call(create_cpu_memory, 1, 0, &memory);
  const bool chain = w.kind == family::elementwise;
  const auto s = std::make_shared<state>();
  const std::string file = chain ? elementwise_model(w) : model_of(w);
  void* options = nullptr;
  call(create_options, &options);
  call(set_intra_threads, options, 1), call(set_inter_threads, options, 1), call(set_optimisation, options, 99);
  call(create_session_from_array, environment, static_cast<const void*>(file.data()), file.size(), options, &s->session);
  const auto tensor = [&](numbers& v, const dims& d, void** to) {
    call(create_tensor, memory, static_cast<void*>(v.data()), v.size() * 4, d.data(), d.size(), 1, to);
  };
  for (std::uint32_t i = 0; i < (chain ? 5u : 1u); ++i) s->x.push_back(chain ? uniform(static_cast<std::size_t>(w.batch), 100 + i) : input_of(w));
  s->in.resize(s->x.size());
  for (std::size_t i = 0; i < s->x.size(); ++i) {
    s->names.push_back("x" + std::to_string(i));
    tensor(s->x[i], chain ? dims{w.batch} : dims_of(w.net.layers[0], w.batch), &s->in[i]);
  }
  for (const std::string& n : s->names) s->inputs.push_back(n.c_str());
  s->output = chain ? "y" : output_name(w.net);
  s->y.resize(static_cast<std::size_t>(chain ? w.batch : w.batch * w.net.last().size()));
  tensor(s->y, chain ? dims{w.batch} : dims_of(w.net.last(), w.batch), &s->out);
  return {[s] { s->run(); }, [s] { return s->y; }};
}

}  // namespace

IGATA_BENCH_PEER({"ONNX Runtime", OrtGetApiBase()->GetVersionString(), make})
