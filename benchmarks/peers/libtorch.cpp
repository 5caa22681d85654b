// libtorch: eager (functional calls without autograd), a frozen script optimised for inference, and training with autograd.
#include <torch/script.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <memory>
#include <sstream>

#include "../suite/harness.hpp"

namespace {

using namespace bench;
using at::Tensor;

Tensor tensor(const numbers& from, at::IntArrayRef dims) {
  const Tensor t = at::empty(dims);
  std::copy(from.begin(), from.end(), t.data_ptr<float>());
  return t;
}
numbers row_by_row(const Tensor& t) {
  const Tensor plain = t.to_dense().contiguous();
  const float* p = plain.data_ptr<float>();
  return numbers(p, p + plain.numel());
}

struct parameters {
  Tensor kernel, bias;             // bias: undefined where there is batch norm
  Tensor gamma, beta, mean, variance;
};
std::vector<parameters> parameters_of(const network& net) {
  std::vector<parameters> all(static_cast<std::size_t>(net.count));
  for (int i = 0; i < net.count; ++i) {
    const layer& l = net.layers[i];
    if (!l.has_weights()) continue;
    parameters& p = all[static_cast<std::size_t>(i)];
    const numbers kernel = kernel_of(net, i);
    p.kernel = l.what == op::dense ? tensor(kernel, {l.channels, l.in}) : tensor(kernel, {l.channels, l.in / l.groups, l.kernel, l.kernel});
    if (!l.norm) p.bias = tensor(bias_of(net, i), {l.channels});
    else p.gamma = at::ones({l.channels}), p.beta = at::zeros({l.channels}), p.mean = at::zeros({l.channels}), p.variance = at::ones({l.channels});
  }
  return all;
}
Tensor input(const workload& w, std::uint32_t seed = 100) {
  const layer& x = w.net.layers[0];
  return x.height * x.width > 1 ? tensor(input_of(w, seed), {w.batch, x.channels, x.height, x.width})
                                : tensor(input_of(w, seed), {w.batch, x.channels});
}

// Values are kept only as long as later layers read them, as in code written by hand.
Tensor forward(const network& net, const std::vector<parameters>& all, const Tensor& x, std::vector<Tensor>& values) {
  values[0] = x;
  for (int i = 1; i < net.count; ++i) {
    const layer& l = net.layers[i];
    const parameters& p = all[static_cast<std::size_t>(i)];
    const Tensor& from = values[static_cast<std::size_t>(l.from)];
    Tensor y;
    switch (l.what) {
      case op::input: break;
      case op::conv: y = at::conv2d(from, p.kernel, p.bias, l.stride, l.pad, 1, l.groups); break;
      case op::dense: y = at::linear(from.dim() > 2 ? from.flatten(1) : from, p.kernel, p.bias); break;
      case op::max_pool: y = at::max_pool2d(from, l.kernel, l.stride, l.pad); break;
      case op::global_pool: y = at::adaptive_avg_pool2d(from, {1, 1}); break;
      case op::softmax: y = at::softmax(from, -1); break;
    }
    if (l.norm) y = at::batch_norm(y, p.gamma, p.beta, p.mean, p.variance, true, 0.1, 1e-5, false);
    if (l.plus >= 0) y = y + values[static_cast<std::size_t>(l.plus)];
    if (l.after == act::relu) y.relu_();
    if (l.after == act::relu6) at::hardtanh_(y, 0, 6);
    if (l.after == act::tanh) y.tanh_();
    values[static_cast<std::size_t>(i)] = y;
  }
  return values[static_cast<std::size_t>(net.count - 1)];
}

task elementwise(const workload& w) {
  struct state { std::vector<Tensor> in; Tensor y; };
  const auto s = std::make_shared<state>();
  for (std::uint32_t k = 0; k < 5; ++k) s->in.push_back(tensor(uniform(static_cast<std::size_t>(w.batch), 100 + k), {w.batch}));
  return {[s] {
            const c10::InferenceMode guard;
            s->y = at::mul(s->in[0], s->in[1]).add_(s->in[2]).tanh_().mul_(s->in[3]).add_(s->in[4].relu());
          },
          [s] { return row_by_row(s->y); }};
}

// Learnable tensors, the rule and its batches.
task training(const workload& w) {
  struct state {
    const workload* w;
    std::vector<parameters> all;
    std::vector<Tensor> learned, x, target, values;
    std::unique_ptr<torch::optim::Optimizer> rule;
    std::size_t turn = 0;
    Tensor loss;
    void step() {
      const std::size_t k = turn++ % training_batches;
      for (Tensor& p : learned) p.mutable_grad() = Tensor();
      const Tensor y = forward(w->net, all, x[k], values);
      loss = w->squares ? at::mse_loss(y, target[k]) : at::cross_entropy_loss(y, target[k]);
      std::fill(values.begin(), values.end(), Tensor());
      loss.backward();
      rule->step();
    }
  };
  const auto s = std::make_shared<state>();
  s->w = &w;
  s->all = parameters_of(w.net);
  s->values.resize(static_cast<std::size_t>(w.net.count));
  for (parameters& p : s->all)
    for (Tensor* t : {&p.kernel, &p.bias, &p.gamma, &p.beta})
      if (t->defined()) s->learned.push_back(t->requires_grad_());
  for (int k = 0; k < training_batches; ++k) {
    s->x.push_back(input(w, static_cast<std::uint32_t>(200 + k)));
    if (w.squares) s->target.push_back(tensor(targets_of(w, k), {w.batch, w.net.last().channels}));
    else s->target.push_back(torch::tensor(labels_of(w, k)).to(torch::kLong));
  }
  if (w.update == optimizer::adam) s->rule = std::make_unique<torch::optim::Adam>(s->learned, torch::optim::AdamOptions(1e-3));
  else s->rule = std::make_unique<torch::optim::SGD>(s->learned, torch::optim::SGDOptions(0.01).momentum(0.9));
  return {[s] { s->step(); }, [s] { return numbers{s->loss.item<float>()}; }};
}

void use_one_thread() {
  static const bool once = (at::set_num_threads(1), at::set_num_interop_threads(1), true);
  (void)once;
}

task make_eager(const workload& w) {
  use_one_thread();
  if (w.trains()) return training(w);
  if (w.kind == family::elementwise) return elementwise(w);
  struct state { std::vector<parameters> all; std::vector<Tensor> values; Tensor x, y; };
  const c10::InferenceMode guard;
  const auto s = std::make_shared<state>(state{parameters_of(w.net), std::vector<Tensor>(static_cast<std::size_t>(w.net.count)), input(w), {}});
  return {[s, &w] {
            const c10::InferenceMode inside;
            s->y = forward(w.net, s->all, s->x, s->values);
          },
          [s] { return row_by_row(s->y); }};
}

// The network as TorchScript.
std::string script_of(const network& net) {
  std::ostringstream t;
  const auto is_image = [](const layer& l) { return l.what == op::conv || l.what == op::max_pool || l.what == op::global_pool; };
  t << "def forward(self, v0):\n";
  for (int i = 1; i < net.count; ++i) {
    const layer& l = net.layers[i];
    const std::string n = std::to_string(i), y = "v" + n, x = "v" + std::to_string(l.from), weights = ", self.w" + n + ", self.b" + n;
    const auto pair = [](int a) { return "[" + std::to_string(a) + ", " + std::to_string(a) + "]"; };
    t << "    " << y << " = ";
    switch (l.what) {
      case op::input: break;
      case op::conv: t << "torch.conv2d(" << x << weights << ", " << pair(l.stride) << ", " << pair(l.pad) << ", [1, 1], " << l.groups << ")"; break;
      case op::dense: t << "torch.linear(" << (is_image(net.layers[l.from]) ? "torch.flatten(" + x + ", 1)" : x) << weights << ")"; break;
      case op::max_pool: t << "torch.max_pool2d(" << x << ", " << pair(l.kernel) << ", " << pair(l.stride) << ", " << pair(l.pad) << ")"; break;
      case op::global_pool: t << "torch.adaptive_avg_pool2d(" << x << ", [1, 1])"; break;
      case op::softmax: t << "torch.softmax(" << x << ", -1)"; break;
    }
    t << "\n";
    if (l.plus >= 0) t << "    " << y << " = torch.add(" << y << ", v" << l.plus << ")\n";
    if (l.after == act::relu) t << "    " << y << " = torch.relu(" << y << ")\n";
    if (l.after == act::relu6) t << "    " << y << " = torch.hardtanh(" << y << ", 0., 6.)\n";
    if (l.after == act::tanh) t << "    " << y << " = torch.tanh(" << y << ")\n";
  }
  t << "    return v" << net.count - 1 << "\n";
  return t.str();
}

task make_script(const workload& w) {
  if (w.trains()) return {};
  use_one_thread();
  const c10::InferenceMode guard;
  struct state { torch::jit::Module module{"network"}; std::vector<c10::IValue> x; c10::IValue y; };
  const auto s = std::make_shared<state>();
  if (w.kind == family::elementwise) {
    for (std::uint32_t k = 0; k < 5; ++k) s->x.emplace_back(tensor(uniform(static_cast<std::size_t>(w.batch), 100 + k), {w.batch}));
    s->module.define("def forward(self, a, b, c, d, e):\n    return torch.tanh(a * b + c) * d + torch.relu(e)\n");
  } else {
    s->x.emplace_back(input(w));
    const std::vector<parameters> all = parameters_of(w.net);
    for (int i = 0; i < w.net.count; ++i)
      if (w.net.layers[i].has_weights()) {
        s->module.register_parameter("w" + std::to_string(i), all[static_cast<std::size_t>(i)].kernel, false);
        s->module.register_parameter("b" + std::to_string(i), all[static_cast<std::size_t>(i)].bias, false);
      }
    s->module.define(script_of(w.net));
  }
  s->module.eval();
  const auto run = [s] {
    const c10::InferenceMode inside;
    s->y = s->module.forward(s->x);
  };
  const torch::jit::Module plain = s->module;
  try {
    s->module = torch::jit::optimize_for_inference(s->module);
    for (int i = 0; i < 3; ++i) run();  // its executor specialises
  } catch (const std::exception&) {     // not every network can be optimised that far
    s->module = torch::jit::freeze(plain);
    for (int i = 0; i < 3; ++i) run();
  }
  return {run, [s] { return row_by_row(s->y.toTensor()); }};
}

}  // namespace

IGATA_BENCH_PEER({"libtorch", TORCH_VERSION, make_eager}, {"libtorch script", "", make_script})
