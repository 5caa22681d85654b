// dlib: the multilayer perceptron and LeNet, inference and training.
#include <dlib/dnn.h>
#include <dlib/revision.h>
#include <memory>
#include <string>
#include <type_traits>

#include "../suite/harness.hpp"

namespace {

using namespace bench;
using image = dlib::matrix<float>;
using dlib::fc;
using dlib::relu;
template <class S> using scores = fc<10, relu<fc<128, S>>>;
template <long N, class S> using conv5 = dlib::add_layer<dlib::con_<N, 5, 5, 1, 1, 0, 0>, S>;
template <class S> using halved = dlib::max_pool<2, 2, 2, 2, S>;
template <class S> using digits = fc<10, relu<fc<84, relu<fc<120, halved<relu<conv5<16, halved<relu<conv5<6, S>>>>>>>>>>>;

template <class Net>
dlib::resizable_tensor batch(const workload& w, Net& net, std::uint32_t seed) {
  const numbers from = input_of(w, seed);
  std::vector<image> images(static_cast<std::size_t>(w.batch), image(28, 28));
  for (std::size_t i = 0; i < from.size(); ++i) images[i / 784](static_cast<long>(i % 784 / 28), static_cast<long>(i % 28)) = from[i];
  dlib::resizable_tensor t;
  net.to_tensor(images.begin(), images.end(), t);
  return t;
}

template <class Net>
void set_weights(const workload& w, Net& net) {
  int i = w.net.count;
  dlib::visit_computational_layers(net, [&](auto& details) {  // from the last to the first
    dlib::tensor& to = details.get_layer_params();
    if (to.size() == 0) return;
    do --i; while (!w.net.layers[i].has_weights());
    const layer& l = w.net.layers[i];
    numbers from = l.what == op::conv ? kernel_of(w.net, i)
                                      : swapped(kernel_of(w.net, i), 1, static_cast<std::size_t>(l.channels), static_cast<std::size_t>(l.in));
    const numbers bias = bias_of(w.net, i);
    from.insert(from.end(), bias.begin(), bias.end());
    DLIB_CASSERT(from.size() == to.size(), "weights of layer " << i);
    std::copy(from.begin(), from.end(), to.host());
  });
}

template <class Net>
task inference(const workload& w) {
  struct state { Net net; dlib::resizable_tensor x; const dlib::tensor* y; };
  const auto s = std::make_shared<state>();
  s->x = batch(w, s->net, 100);
  s->net.forward(s->x);  // makes the parameters
  set_weights(w, s->net);
  return {[s] { s->y = &s->net.forward(s->x); }, [s] { return numbers(s->y->host(), s->y->host() + s->y->size()); }};
}

template <class Net, class Rule>
task training(const workload& w, const Rule& rule, double rate) {
  struct state {
    Net net;
    std::vector<Rule> rules;
    std::vector<dlib::resizable_tensor> x{training_batches};
    std::vector<std::vector<unsigned long>> classes;
    double rate, loss = 0;
    std::size_t turn = 0;
    void step() {
      const std::size_t k = turn++ % training_batches;
      loss = net.compute_parameter_gradients(x[k], classes[k].begin());
      net.update_parameters(dlib::make_sstack(rules), rate);
    }
  };
  const auto s = std::make_shared<state>();
  s->rate = rate;
  s->rules.assign(Net::num_computational_layers, rule);
  for (int k = 0; k < training_batches; ++k) {
    s->x[static_cast<std::size_t>(k)] = batch(w, s->net, static_cast<std::uint32_t>(200 + k));
    const auto classes = labels_of(w, k);
    s->classes.emplace_back(classes.begin(), classes.end());
  }
  s->net.compute_loss(s->x[0], s->classes[0].begin());
  set_weights(w, s->net);
  return {[s] { s->step(); }, [s] { return numbers{static_cast<float>(s->loss)}; }};
}

task make(const workload& w) {
  using source = dlib::input<image>;
  const bool convolves = w.net.count > 1 && w.net.layers[1].what == op::conv;
  if (w.net.layers[0].size() != 784) return {};
  if (w.trains()) {
    if (convolves) return training<dlib::loss_multiclass_log<digits<source>>>(w, dlib::sgd(0.f, 0.9f), 0.01);
    return training<dlib::loss_multiclass_log<scores<source>>>(w, dlib::adam(0.f, 0.9f, 0.999f), 1e-3);
  }
  if (convolves) return inference<digits<source>>(w);
  if (w.kind == family::dense) return inference<dlib::softmax<scores<source>>>(w);
  return {};
}

const std::string version = std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION);

}  // namespace

IGATA_BENCH_PEER({"dlib", version.c_str(), make})
