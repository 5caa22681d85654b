// XNNPACK: the subgraph interface, images with the channels last.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <memory>
#include <xnnpack.h>

#include "../suite/harness.hpp"

namespace {

using namespace bench;

void expect(xnn_status s, const char* what) {
  if (s != xnn_status_success) std::fprintf(stderr, "error: XNNPACK: %s: status %d\n", what, static_cast<int>(s)), std::exit(1);
}
using extents = std::vector<std::size_t>;

struct session {
  xnn_subgraph_t graph = nullptr;
  xnn_runtime_t runtime = nullptr;
  std::list<numbers> weights;
  std::vector<std::uint32_t> values;
  numbers in, out;

  std::uint32_t value(const extents& e, const float* data = nullptr, std::uint32_t external = XNN_INVALID_VALUE_ID, std::uint32_t flags = 0) {
    std::uint32_t id;
    expect(xnn_define_tensor_value(graph, xnn_datatype_fp32, e.size(), e.data(), data, external, flags, &id), "tensor");
    return id;
  }
  std::uint32_t constant(const extents& e, numbers data) {
    data.resize(data.size() + 64);  // it reads past the end
    weights.push_back(std::move(data));
    return value(e, weights.back().data());
  }
};

extents extents_of(const layer& l, int batch) {
  const auto u = [](int x) { return static_cast<std::size_t>(x); };
  if (l.what == op::dense || l.what == op::softmax || (l.what == op::input && l.height * l.width == 1)) return {u(batch), u(l.channels)};
  return {u(batch), u(l.height), u(l.width), u(l.channels)};
}

void add_layer(session& s, const network& net, int i, int batch) {
  const layer &l = net.layers[i], &source = net.layers[l.from];
  const std::uint32_t x = s.values[static_cast<std::size_t>(l.from)];
  const bool last = i == net.count - 1;
  const std::uint32_t y = last ? s.value(extents_of(l, batch), nullptr, 1, XNN_VALUE_FLAG_EXTERNAL_OUTPUT) : s.value(extents_of(l, batch));
  const float low = l.after == act::none ? -INFINITY : 0, high = l.after == act::relu6 ? 6 : INFINITY;
  const auto u = [](int n) { return static_cast<std::uint32_t>(n); };
  const std::uint32_t kernel = u(l.kernel), stride = u(l.stride), pad = u(l.pad);
  const std::size_t in = static_cast<std::size_t>(l.in), out = static_cast<std::size_t>(l.channels), side = kernel;
  switch (l.what) {
    case op::input: break;
    case op::conv: {
      const std::uint32_t result = l.plus < 0 ? y : s.value(extents_of(l, batch)), bias = s.constant({out}, bias_of(net, i));
      const float from = l.plus < 0 ? low : -INFINITY, to = l.plus < 0 ? high : INFINITY;
      if (l.groups == 1)
        expect(xnn_define_convolution_2d(s.graph, pad, pad, pad, pad, kernel, kernel, stride, stride, 1, 1, 1, in, out, from, to, x,
                                         s.constant({out, side, side, in}, kernel_channels_last(net, i)), bias, result, 0), "convolution");
      else
        expect(xnn_define_depthwise_convolution_2d(s.graph, pad, pad, pad, pad, kernel, kernel, stride, stride, 1, 1, 1, in, from, to, x,
                                                   s.constant({1, side, side, in}, kernel_channels_first(net, i)), bias, result, 0),
               "depthwise convolution");
      if (l.plus >= 0) expect(xnn_define_add2(s.graph, low, high, result, s.values[static_cast<std::size_t>(l.plus)], y, 0), "add");
      break;
    }
    case op::max_pool:
      expect(xnn_define_max_pooling_2d(s.graph, pad, pad, pad, pad, kernel, kernel, stride, stride, 1, 1, -INFINITY, INFINITY, x, y, 0),
             "max pooling");
      break;
    case op::global_pool: expect(xnn_define_global_average_pooling_2d(s.graph, -INFINITY, INFINITY, x, y, 0), "global pooling"); break;
    case op::dense:
      expect(
          xnn_define_fully_connected(s.graph, low, high, x, s.constant({out, in}, kernel_channels_last(net, i)), s.constant({out}, bias_of(net, i)),
                                     y, extents_of(source, batch).size() == 4 ? XNN_FLAG_TENSORFLOW_RESHAPE_2D : 0),
          "fully connected");
      break;
    case op::softmax: expect(xnn_define_softmax(s.graph, x, y, 0), "softmax"); break;
  }
  s.values.push_back(y);
}

task make(const workload& w) {
  if (w.trains() || w.kind == family::elementwise) return {};
  for (const layer& l : w.net.layers)
    if (l.after == act::tanh) return {};  // it has none
  static const bool ready = (expect(xnn_initialize(nullptr), "initialize"), true);
  (void)ready;
  const auto s = std::make_shared<session>();
  expect(xnn_create_subgraph(2, 0, &s->graph), "subgraph");
  s->in = channels_last(w, input_of(w));
  s->out.resize(static_cast<std::size_t>(w.batch * w.net.last().channels));
  s->values.push_back(s->value(extents_of(w.net.layers[0], w.batch), nullptr, 0, XNN_VALUE_FLAG_EXTERNAL_INPUT));
  for (int i = 1; i < w.net.count; ++i) add_layer(*s, w.net, i, w.batch);
  expect(xnn_create_runtime_v2(s->graph, nullptr, 0, &s->runtime), "runtime");
  const std::size_t results = s->out.size();
  s->in.resize(s->in.size() + 64), s->out.resize(results + 64);
  const xnn_external_value external[] = {{0, s->in.data()}, {1, s->out.data()}};
  expect(xnn_setup_runtime(s->runtime, 2, external), "setup");
  return {[s] { expect(xnn_invoke_runtime(s->runtime), "invoke"); },
          [s, results] { return numbers(s->out.begin(), s->out.begin() + static_cast<std::ptrdiff_t>(results)); }};
}

}  // namespace

IGATA_BENCH_PEER({"XNNPACK", "", make})
