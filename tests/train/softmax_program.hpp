// A training program written by hand: softmax regression with plain gradient descent, to test the trainer without the engine.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include <igata/train/dataset.hpp>
#include <igata/train/trainable.hpp>

namespace fake {
using namespace igata;

struct softmax_program {
  static constexpr int features = 4, classes = 3;
  static constexpr int max_batch = 16, input_count = 2, metric_count = 2;
  static constexpr std::string_view input_name(int i) { return i == 0 ? "point" : "kind"; }
  static constexpr dtype input_type(int i) { return i == 0 ? f32 : i32; }
  static constexpr int input_row(int i) { return i == 0 ? features : 1; }
  static constexpr int output_row(int) { return classes; }
  static constexpr std::string_view metric_name(int i) { return i == 0 ? "loss" : "accuracy"; }

  std::vector<int> step_rows, evaluate_rows;

  softmax_program() {
    kernel_ = store_.add("dense/kernel", role::weight, f32, {features, classes}).floats();
    bias_ = store_.add("dense/bias", role::weight, f32, {classes}).floats();
    steps_ = store_.add("optimizer/steps", role::counter, i32, {}).ints();
    rate_ = store_.add("optimizer/learning_rate", role::hyper_parameter, f32, {}).floats();
    rate_[0] = 0.5f;
  }
  status step_unchecked(const void* const* inputs, int n) noexcept {
    step_rows.push_back(n);
    if (const status s = forward(inputs, n, true); !s) return s;
    ++steps_[0];
    const auto* x = static_cast<const float*>(inputs[0]);
    const auto* y = static_cast<const std::int32_t*>(inputs[1]);
    for (int i = 0; i < n; ++i)
      for (int c = 0; c < classes; ++c) {
        const float g = rate_[0] * (p_[i][c] - (y[i] == c ? 1.f : 0.f)) / static_cast<float>(n);
        for (int k = 0; k < features; ++k) kernel_[static_cast<std::size_t>(k * classes + c)] -= g * x[i * features + k];
        bias_[static_cast<std::size_t>(c)] -= g;
      }
    return {};
  }
  status evaluate_unchecked(const void* const* inputs, int n) noexcept {
    evaluate_rows.push_back(n);
    return forward(inputs, n, true);
  }
  status predict_unchecked(const void* const* inputs, int n, void* const* out) noexcept {
    if (const status s = forward(inputs, n, false); !s) return s;
    for (int i = 0; i < n; ++i) std::copy_n(p_[i], classes, static_cast<float*>(out[0]) + i * classes);
    return {};
  }
  float metric(int i) const noexcept { return metrics_[i]; }
  variable_store& variables() { return store_; }

 private:
  status forward(const void* const* inputs, int n, bool labelled) noexcept {
    if (n < 1 || n > max_batch) return {.value = status::code::wrong_rows, .got = n, .limit = max_batch};
    const auto* x = static_cast<const float*>(inputs[0]);
    for (int i = 0; i < n; ++i) {
      float sum = 0;
      for (int c = 0; c < classes; ++c) {
        float z = bias_[static_cast<std::size_t>(c)];
        for (int k = 0; k < features; ++k) z += x[i * features + k] * kernel_[static_cast<std::size_t>(k * classes + c)];
        sum += p_[i][c] = std::exp(z);
      }
      for (float& p : p_[i]) p /= sum;
    }
    if (!labelled) return {};
    const auto* y = static_cast<const std::int32_t*>(inputs[1]);
    metrics_[0] = metrics_[1] = 0;
    for (int i = 0; i < n; ++i) {
      if (y[i] < 0 || y[i] >= classes)
        return {.value = status::code::label_out_of_range, .input = 1, .row = i, .got = y[i], .limit = classes};
      metrics_[0] -= std::log(p_[i][y[i]]) / static_cast<float>(n);
      metrics_[1] += (std::max_element(p_[i], p_[i] + classes) - p_[i] == y[i] ? 1.f : 0.f) / static_cast<float>(n);
    }
    return {};
  }

  variable_store store_;
  std::span<float> kernel_, bias_, rate_;
  std::span<std::int32_t> steps_;
  float p_[max_batch][classes]{};
  float metrics_[2]{};
};
static_assert(train::Trainable<softmax_program>);

// Three clouds that a line separates but for a few points.
inline train::dataset clouds(int n = 100, std::uint32_t seed = 1, float spread = 1.2f) {
  std::vector<float> points;
  std::vector<std::int32_t> kinds;
  for (int i = 0; i < n; ++i) {
    const int kind = i % 3;
    for (int k = 0; k < softmax_program::features; ++k) {
      const auto bits = random_bits({seed, stream("clouds")}, {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(k)});
      points.push_back((k == kind ? 1.f : 0.f) + spread * (random_uniform(bits.x) - 0.5f));
    }
    kinds.push_back(kind);
  }
  train::dataset d;
  d.add_features("point", points, {softmax_program::features});
  d.add_labels("kind", kinds, softmax_program::classes);
  return d;
}

}  // namespace fake
