// ONNX Runtime's C interface, and the bytes of an ONNX file, written here.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "../suite/data.hpp"

// Its table of functions only ever grows at the end; these are the slots that are used here, so no header is needed.
extern "C" struct OrtApiBase {
  void* const* (*GetApi)(std::uint32_t);
  const char* (*GetVersionString)();
};
extern "C" const OrtApiBase* OrtGetApiBase();

namespace bench {

enum slot {
  error_message = 2,
  create_env = 3,
  create_session = 7,
  create_session_from_array = 8,
  run_session = 9,
  create_options = 10,
  set_optimised_path = 11,
  set_optimisation = 23,
  set_intra_threads = 24,
  set_inter_threads = 25,
  create_tensor = 49,
  create_cpu_memory = 69,
  release_session = 95
};
template <class... A>
void* call_slot(slot s, A... arguments) {
  static void* const* const api = OrtGetApiBase()->GetApi(16);
  if (!api) std::fprintf(stderr, "error: ONNX Runtime: no interface of version 16\n"), std::exit(1);
  return reinterpret_cast<void* (*)(A...)>(api[s])(arguments...);
}
template <class... A>
void call(slot s, A... arguments) {
  void* const e = call_slot(s, arguments...);
  if (e) std::fprintf(stderr, "error: ONNX Runtime: %s\n", static_cast<const char*>(call_slot(error_message, e))), std::exit(1);
}

// Protocol buffers: a field is its number, a kind, and a number or a run of bytes.
inline std::string varint(std::uint64_t x) {
  std::string s;
  for (; x > 127; x >>= 7) s += static_cast<char>(x | 128);
  return s += static_cast<char>(x);
}
inline std::string field(int number, const std::string& bytes) {
  return varint(static_cast<unsigned>(number) << 3 | 2) + varint(bytes.size()) + bytes;
}
inline std::string field(int number, long long x) { return varint(static_cast<unsigned>(number) << 3) + varint(static_cast<std::uint64_t>(x)); }

using dims = std::vector<std::int64_t>;
struct attribute { const char* name; dims values; bool list = false; };

class onnx {
 public:
  void node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
            const std::vector<attribute>& attributes = {}) {
    std::string n;
    for (const std::string& i : inputs) n += field(1, i);
    n += field(2, output) + field(4, type);
    for (const attribute& a : attributes) {
      std::string bytes = field(1, std::string(a.name));
      for (const std::int64_t v : a.values) bytes += field(a.list ? 8 : 3, static_cast<long long>(v));
      n += field(5, bytes + field(20, a.list ? 7 : 2));
    }
    nodes_ += field(1, n);
  }
  std::string constant(const std::string& name, const dims& d, const numbers& from) {
    std::string t;
    for (const std::int64_t x : d) t += field(1, static_cast<long long>(x));
    t += field(2, 1) + field(8, name) + field(9, std::string(reinterpret_cast<const char*>(from.data()), from.size() * 4));
    constants_ += field(5, t);
    return name;
  }
  void input(const std::string& name, const dims& d) { ends_ += field(11, tensor_info(name, d)); }
  void output(const std::string& name, const dims& d) { ends_ += field(12, tensor_info(name, d)); }
  std::string file() const { return field(1, 7) + field(8, field(2, 13)) + field(7, nodes_ + field(2, std::string("network")) + constants_ + ends_); }

 private:
  static std::string tensor_info(const std::string& name, const dims& d) {
    std::string shape;
    for (const std::int64_t x : d) shape += field(1, field(1, static_cast<long long>(x)));
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)));
  }
  std::string nodes_, constants_, ends_;
};

inline dims dims_of(const layer& l, int batch) {
  return l.height * l.width > 1 ? dims{batch, l.channels, l.height, l.width} : dims{batch, l.channels};
}

inline std::string model_of(const workload& w) {
  onnx m;
  const network& net = w.net;
  std::vector<std::string> values{"x0"};
  m.input("x0", dims_of(net.layers[0], w.batch));
  bool flat = net.layers[0].height * net.layers[0].width == 1;
  for (int i = 1; i < net.count; ++i) {
    const layer& l = net.layers[i];
    const std::string n = std::to_string(i), from = values[static_cast<std::size_t>(l.from)];
    std::string y = "y" + n;
    const std::int64_t k = l.kernel, s = l.stride, p = l.pad;
    const std::vector<attribute> window{{"kernel_shape", {k, k}, true}, {"strides", {s, s}, true}, {"pads", {p, p, p, p}, true}};
    const auto then = [&](const std::string& type, std::vector<std::string> inputs) {
      const std::string next = y + "_" + type;
      inputs.insert(inputs.begin(), y);
      m.node(type, inputs, next);
      y = next;
    };
    switch (l.what) {
      case op::input: break;
      case op::conv: {
        std::vector<attribute> a = window;
        a.push_back({"group", {l.groups}});
        m.node(
            "Conv",
            {from, m.constant("w" + n, {l.channels, l.in / l.groups, k, k}, kernel_of(net, i)), m.constant("b" + n, {l.channels}, bias_of(net, i))},
            y, a);
        break;
      }
      case op::dense: {
        std::string x = from;
        if (!flat) m.node("Flatten", {from}, x = "flat" + n);
        flat = true;
        const std::string kernel = m.constant("w" + n, {l.channels, l.in}, kernel_of(net, i)),
                          bias = m.constant("b" + n, {l.channels}, bias_of(net, i));
        m.node("Gemm", {x, kernel, bias}, y, {{"transB", {1}}});
        break;
      }
      case op::max_pool: m.node("MaxPool", {from}, y, window); break;
      case op::global_pool: m.node("GlobalAveragePool", {from}, y); break;
      case op::softmax: m.node("Softmax", {from}, y, {{"axis", {-1}}}); break;
    }
    if (l.plus >= 0) then("Add", {values[static_cast<std::size_t>(l.plus)]});
    if (l.after == act::relu) then("Relu", {});
    if (l.after == act::tanh) then("Tanh", {});
    if (l.after == act::relu6) then("Clip", {m.constant("low" + n, {}, {0}), m.constant("high" + n, {}, {6})});
    values.push_back(y);
  }
  m.output(values.back(), dims_of(net.last(), w.batch));
  return m.file();
}
inline std::string output_name(const network& net) {
  const layer& l = net.last();
  return "y" + std::to_string(net.count - 1) + (l.after == act::relu ? "_Relu" : "");
}

}  // namespace bench
