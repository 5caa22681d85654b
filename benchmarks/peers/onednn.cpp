// oneDNN 2: primitives with fused activations and sums, layouts of its own choice, weights reordered once.
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>

#include "../suite/harness.hpp"

namespace {

using namespace bench;
using dnnl::algorithm;
using dnnl::memory;
using tag = memory::format_tag;

struct session {
  struct primitive {
    dnnl::primitive what;
    std::unordered_map<int, memory> with;
  };
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<memory> values;
  std::vector<primitive> primitives;

  void run() {
    for (auto& p : primitives) p.what.execute(stream, p.with);
    stream.wait();
  }
  memory filled(const memory::dims& dims, tag layout, const numbers& from) {
    memory m({dims, memory::data_type::f32, layout}, engine);
    std::copy(from.begin(), from.end(), static_cast<float*>(m.get_data_handle()));
    return m;
  }
  memory reordered(memory from, const memory::desc& wanted) {
    memory to(wanted, engine);
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    return to;
  }
  // At run time, where the wanted layout is another one.
  memory converted(memory from, const memory::desc& wanted) {
    if (from.get_desc() == wanted) return from;
    memory to(wanted, engine);
    primitives.push_back({dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
    return to;
  }
  numbers plain(const memory& m, int rows, int columns) {
    const memory r = reordered(m, {{rows, columns}, memory::data_type::f32, tag::ab});
    const float* p = static_cast<const float*>(r.get_data_handle());
    return numbers(p, p + rows * columns);
  }
};

memory::desc any(const memory::dims& d, tag layout = tag::any) { return {d, memory::data_type::f32, layout}; }

dnnl::primitive_attr fused(const layer& l) {
  dnnl::post_ops after;
  if (l.plus >= 0) after.append_sum(1.f);
  if (l.after == act::relu) after.append_eltwise(1.f, algorithm::eltwise_relu, 0.f, 0.f);
  if (l.after == act::relu6) after.append_eltwise(1.f, algorithm::eltwise_clip, 0.f, 6.f);
  if (l.after == act::tanh) after.append_eltwise(1.f, algorithm::eltwise_tanh, 0.f, 0.f);
  dnnl::primitive_attr a;
  a.set_post_ops(after);
  return a;
}

memory add_layer(session& s, const network& net, int i, int batch) {
  const layer &l = net.layers[i], &x = net.layers[l.from];
  memory in = s.values[static_cast<std::size_t>(l.from)];
  const memory::dims out = l.height * l.width > 1 || l.what == op::conv || l.what == op::global_pool
                               ? memory::dims{batch, l.channels, l.height, l.width}
                               : memory::dims{batch, l.channels};
  const auto inference = dnnl::prop_kind::forward_inference;
  const auto pool = [&](algorithm how, memory::dim kernel, memory::dim stride, memory::dim pad) {
    const dnnl::pooling_forward::primitive_desc pd(
        {inference, how, in.get_desc(), any(out), {stride, stride}, {kernel, kernel}, {pad, pad}, {pad, pad}}, s.engine);
    memory y(pd.dst_desc(), s.engine);
    s.primitives.push_back({dnnl::pooling_forward(pd), {{DNNL_ARG_SRC, in}, {DNNL_ARG_DST, y}}});
    return y;
  };
  switch (l.what) {
    case op::input: break;
    case op::max_pool: return pool(algorithm::pooling_max, l.kernel, l.stride, l.pad);
    case op::global_pool: return pool(algorithm::pooling_avg_exclude_padding, x.height, 1, 0);
    case op::softmax: {
      const dnnl::softmax_forward::primitive_desc pd({inference, in.get_desc(), 1}, s.engine);
      memory y(pd.dst_desc(), s.engine);
      s.primitives.push_back({dnnl::softmax_forward(pd), {{DNNL_ARG_SRC, in}, {DNNL_ARG_DST, y}}});
      return y;
    }
    case op::dense: {
      const bool image = in.get_desc().dims().size() == 4;
      const memory::dims weights = image ? memory::dims{l.channels, x.channels, x.height, x.width} : memory::dims{l.channels, l.in};
      const dnnl::inner_product_forward::primitive_desc pd(
          {inference, any(in.get_desc().dims()), any(weights), any({l.channels}), any(out, tag::nc)}, fused(l), s.engine);
      memory y(pd.dst_desc(), s.engine);
      const memory from = s.converted(in, pd.src_desc()),
                   w = s.reordered(s.filled(weights, image ? tag::oihw : tag::oi, kernel_of(net, i)), pd.weights_desc());
      s.primitives.push_back(
          {dnnl::inner_product_forward(pd),
           {{DNNL_ARG_SRC, from}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_BIAS, s.filled({l.channels}, tag::x, bias_of(net, i))}, {DNNL_ARG_DST, y}}});
      return y;
    }
    case op::conv: {
      const bool grouped = l.groups > 1;
      const memory::dims weights = grouped ? memory::dims{l.groups, l.channels / l.groups, l.in / l.groups, l.kernel, l.kernel}
                                           : memory::dims{l.channels, l.in, l.kernel, l.kernel};
      const memory sum = l.plus >= 0 ? s.values[static_cast<std::size_t>(l.plus)] : memory();  // added to in place
      const dnnl::convolution_forward::primitive_desc pd({inference,
                                                          algorithm::convolution_auto,
                                                          any(in.get_desc().dims()),
                                                          any(weights),
                                                          any({l.channels}),
                                                          l.plus >= 0 ? sum.get_desc() : any(out),
                                                          {l.stride, l.stride},
                                                          {l.pad, l.pad},
                                                          {l.pad, l.pad}},
                                                         fused(l), s.engine);
      memory y = l.plus >= 0 ? sum : memory(pd.dst_desc(), s.engine);
      const memory from = s.converted(in, pd.src_desc()),
                   w = s.reordered(s.filled(weights, grouped ? tag::goihw : tag::oihw, kernel_of(net, i)), pd.weights_desc());
      s.primitives.push_back(
          {dnnl::convolution_forward(pd),
           {{DNNL_ARG_SRC, from}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_BIAS, s.filled({l.channels}, tag::x, bias_of(net, i))}, {DNNL_ARG_DST, y}}});
      return y;
    }
  }
  return in;
}

task elementwise(const workload& w) {
  const auto s = std::make_shared<session>();
  const memory::desc d = any({w.batch}, tag::x);
  for (std::uint32_t k = 0; k < 5; ++k) s->values.push_back(s->filled({w.batch}, tag::x, uniform(static_cast<std::size_t>(w.batch), 100 + k)));
  const memory rectified(d, s->engine), y(d, s->engine);
  const dnnl::eltwise_forward::primitive_desc relu({dnnl::prop_kind::forward_inference, algorithm::eltwise_relu, d, 0.f, 0.f}, s->engine);
  s->primitives.push_back({dnnl::eltwise_forward(relu), {{DNNL_ARG_SRC, s->values[4]}, {DNNL_ARG_DST, rectified}}});
  dnnl::post_ops after;
  after.append_binary(algorithm::binary_add, d);
  after.append_eltwise(1.f, algorithm::eltwise_tanh, 0.f, 0.f);
  after.append_binary(algorithm::binary_mul, d);
  after.append_binary(algorithm::binary_add, d);
  dnnl::primitive_attr a;
  a.set_post_ops(after);
  const auto operand = [](int i) { return DNNL_ARG_ATTR_MULTIPLE_POST_OP(i) | DNNL_ARG_SRC_1; };
  s->primitives.push_back({dnnl::binary(dnnl::binary::primitive_desc({algorithm::binary_mul, d, d, d}, a, s->engine)),
                           {{DNNL_ARG_SRC_0, s->values[0]}, {DNNL_ARG_SRC_1, s->values[1]}, {DNNL_ARG_DST, y}, {operand(0), s->values[2]},
                            {operand(2), s->values[3]}, {operand(3), rectified}}});
  return {[s] { s->run(); }, [s, y, &w] { const float* p = static_cast<const float*>(y.get_data_handle()); return numbers(p, p + w.batch); }};
}

task make(const workload& w) {
  if (w.trains()) return {};
  if (w.kind == family::elementwise) return elementwise(w);
  const auto s = std::make_shared<session>();
  const layer& x = w.net.layers[0];
  s->values.push_back(x.height * x.width > 1 ? s->filled({w.batch, x.channels, x.height, x.width}, tag::nchw, input_of(w))
                                             : s->filled({w.batch, x.channels}, tag::nc, input_of(w)));
  for (int i = 1; i < w.net.count; ++i) s->values.push_back(add_layer(*s, w.net, i, w.batch));
  return {[s] { s->run(); }, [s, &w] { return s->plain(s->values.back(), w.batch, w.net.last().channels); }};
}

const std::string version = std::to_string(DNNL_VERSION_MAJOR) + "." + std::to_string(DNNL_VERSION_MINOR) + "." + std::to_string(DNNL_VERSION_PATCH);

}  // namespace

IGATA_BENCH_PEER({"oneDNN", version.c_str(), make})
