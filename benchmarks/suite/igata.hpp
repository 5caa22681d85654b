// igata's own tasks: a workload's network as a model, its program with the common weights. Each family is instantiated in a file of its own.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <igata/engine/profile.hpp>
#include <igata/igata.hpp>
#include <igata/threads.hpp>

#include "contenders.hpp"

namespace bench {

template <int I>
struct model {
  constexpr igata::value operator()(igata::value x) const {
    namespace nn = igata::nn;
    constexpr const network& net = workloads[I].net;
    igata::vec<igata::value> results;
    results.push(x);
    for (int i = 1; i < net.count; ++i) {
      const layer& l = net.layers[i];
      igata::value y = results[l.from];
      switch (l.what) {
        case op::input: break;
        case op::conv:
          y = nn::conv2d(y, {.filters = l.channels, .kernel = l.kernel, .stride = l.stride, .padding = l.pad, .groups = l.groups,
                             .use_bias = !l.norm, .name = {"layer", i}});
          break;
        case op::dense: y = nn::dense(y.rank() > 2 ? nn::flatten(y) : y, {.units = l.channels, .name = {"layer", i}}); break;
        case op::max_pool: y = nn::max_pool2d(y, {.size = l.kernel, .stride = l.stride, .padding = l.pad}); break;
        case op::global_pool: y = nn::global_avg_pool2d(y); break;
        case op::softmax: y = softmax(y); break;
      }
      if (l.norm) y = nn::batch_norm(y, {.momentum = 0.9, .epsilon = 1e-5});
      if (l.plus >= 0) y = y + results[l.plus];
      if (l.after == act::relu) y = relu(y);
      if (l.after == act::relu6) y = relu6(y);
      if (l.after == act::tanh) y = tanh(y);
      results.push(y);
    }
    return results[net.count - 1];
  }
};

template <int I>
constexpr auto input() {
  constexpr layer x = workloads[I].net.layers[0];
  if constexpr (x.height * x.width > 1) return igata::in<"x", x.height, x.width, x.channels>;
  else return igata::in<"x", x.channels>;
}

inline void set_weights(const network& net, igata::variable_store& store) {
  const auto set = [&](const std::string& path, const numbers& from) {
    const std::span<float> to = store.floats(path);
    if (to.size() != from.size())
      std::fprintf(stderr, "error: %s has %zu numbers, the network %zu\n", path.c_str(), to.size(), from.size()), std::exit(1);
    std::copy(from.begin(), from.end(), to.begin());
  };
  for (int i = 0; i < net.count; ++i) {
    if (!net.layers[i].has_weights()) continue;
    const std::string path = "layer" + std::to_string(i);
    set(path + "/kernel", kernel_channels_first(net, i));
    if (!net.layers[i].norm) set(path + "/bias", bias_of(net, i));
  }
}
// Several threads, where the suite says so and `single` does not.
template <class Net>
void set_threads(Net& net, bool single) {
  static igata::threads pool(thread_count());
  if (!single && thread_count() > 1) net.use(pool);
}
inline void expect(igata::status s) {
  if (!s) std::fprintf(stderr, "error: igata: %s\n", igata::describe(s).c_str()), std::exit(1);
}

template <int I>
task inference_task(bool single) {
  static constexpr const workload& w = workloads[I];
  using net_t = igata::inference<model<I>{}, input<I>(), igata::max_batch{w.batch}>;
  igata::variable_store store = net_t::variables();
  set_weights(w.net, store);
  struct state {
    net_t net;
    numbers x = channels_last(w, input_of(w)), y = numbers(static_cast<std::size_t>(w.batch * w.net.last().size()));
  };
  const auto s = std::make_shared<state>(state{net_t{net_t::pack(store)}});
  set_threads(s->net, single);
  return {[s] { expect(s->net.run(s->x, s->y)); }, [s] { return s->y; },
          [s] {
            return igata::profile(s->net, s->x, w.batch).text();
          }};
}

template <int I>
constexpr auto optimizer_of() {
  if constexpr (workloads[I].update == optimizer::adam) return igata::optim::adam{.learning_rate = 1e-3};
  else return igata::optim::sgd{.learning_rate = 0.01, .momentum = 0.9};
}
template <int I>
constexpr auto labels_option() {
  constexpr int units = workloads[I].net.last().channels;
  if constexpr (workloads[I].squares) return igata::labels<"y", igata::f32, 0, units>;
  else return igata::labels<"y", igata::i32, units>;
}
template <int I>
constexpr auto loss_of() {
  if constexpr (workloads[I].squares) return igata::loss::mse{};
  else return igata::loss::softmax_cross_entropy{};
}

template <int I>
task training_task(bool single) {
  static constexpr const workload& w = workloads[I];
  using net_t = igata::training<model<I>{}, input<I>(), labels_option<I>(), loss_of<I>(), optimizer_of<I>(), igata::max_batch{w.batch}>;
  struct state {
    net_t net;
    std::vector<numbers> x, targets;
    std::vector<std::vector<std::int32_t>> classes;
    int turn = 0;
    void step() {
      const void* rows[] = {nullptr, nullptr};
      choose(rows);
      expect(net.step_unchecked(rows, w.batch));
    }
    void choose(const void** rows) {
      const std::size_t k = static_cast<std::size_t>(turn++ % training_batches);
      rows[0] = x[k].data();
      rows[1] = w.squares ? static_cast<const void*>(targets[k].data()) : classes[k].data();
    }
  };
  const auto s = std::make_shared<state>();
  set_weights(w.net, s->net.variables());
  set_threads(s->net, single);
  for (int k = 0; k < training_batches; ++k) {
    s->x.push_back(channels_last(w, input_of(w, static_cast<std::uint32_t>(200 + k))));
    s->targets.push_back(targets_of(w, k));
    s->classes.push_back(labels_of(w, k));
  }
  return {[s] { s->step(); }, [s] { return numbers{s->net.metric(0)}; },
          [s] {
            const void* rows[2];
            s->choose(rows);
            return igata::profile_unchecked(s->net, rows, w.batch).text();
          }};
}

// The task of this workload where `Belongs` says that it is one of this unit's.
template <bool (*Belongs)(const workload&), int I = 0>
task find(const workload& w, bool single) {
  if constexpr (I == workload_count) {
    return {};
  } else {
    if constexpr (Belongs(workloads[I]))
      if (std::string_view(w.name) == workloads[I].name) {
        if constexpr (workloads[I].trains()) return training_task<I>(single);
        else return inference_task<I>(single);
      }
    return find<Belongs, I + 1>(w, single);
  }
}
template <family Family>
constexpr bool is_of(const workload& w) {
  return w.kind == Family;
}

}  // namespace bench
