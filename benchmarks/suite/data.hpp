// The numbers that everybody starts from, and the layouts that libraries want them in. Nothing is read from files.
//
// Layer k with weights has its kernel from seed 2k + 1 and its bias from seed 2k + 2, uniform in ±1/sqrt(inputs of a result); in deep
// networks the kernel is scaled so that the signal keeps its size. Inputs have seed 100, batches of a training 200 to 207.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "workloads.hpp"

namespace bench {

using numbers = std::vector<float>;
inline constexpr int training_batches = 8;  // visited in turn

inline numbers uniform(std::size_t count, std::uint32_t seed, float scale = 1) {
  numbers v(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t h = static_cast<std::uint32_t>(i) * 0x9E3779B9u + seed * 0x85EBCA6Bu;
    h ^= h >> 16, h *= 0x7feb352du, h ^= h >> 15, h *= 0x846ca68bu, h ^= h >> 16;
    v[i] = static_cast<float>((h / 4294967296.0 * 2 - 1) * static_cast<double>(scale));
  }
  return v;
}

// A layer's kernel [channels][in / groups][kernel][kernel] (of a dense layer [units][in], inputs in the order channel, height, width) and bias.
inline numbers kernel_of(const network& net, int i) {
  const layer& l = net.layers[i];
  const float fan = static_cast<float>(l.inputs_of_a_result());
  const bool rectified = l.after == act::relu || l.after == act::relu6;
  const float scale = net.deep ? std::sqrt((rectified && l.plus < 0 ? 6 : 3) / fan) : 1 / std::sqrt(fan);
  const std::size_t count = static_cast<std::size_t>(l.channels) * static_cast<std::size_t>(l.inputs_of_a_result());
  return uniform(count, static_cast<std::uint32_t>(2 * net.ordinal(i) + 1), scale);
}
inline numbers bias_of(const network& net, int i) {
  const layer& l = net.layers[i];
  const float scale = 1 / std::sqrt(static_cast<float>(l.inputs_of_a_result()));
  return uniform(static_cast<std::size_t>(l.channels), static_cast<std::uint32_t>(2 * net.ordinal(i) + 2), scale);
}
inline numbers input_of(const workload& w, std::uint32_t seed = 100) {  // [batch][channels][height][width]
  return uniform(static_cast<std::size_t>(w.batch) * static_cast<std::size_t>(w.net.layers[0].size()), seed);
}
// Of training batch k: classes, or numbers to be approximated.
inline std::vector<std::int32_t> labels_of(const workload& w, int k) {
  std::vector<std::int32_t> v(static_cast<std::size_t>(w.batch));
  for (int j = 0; j < w.batch; ++j) v[static_cast<std::size_t>(j)] = (7 * j + 3 * k) % w.net.last().channels;
  return v;
}
inline numbers targets_of(const workload& w, int k) {
  return uniform(static_cast<std::size_t>(w.batch * w.net.last().channels), static_cast<std::uint32_t>(300 + k));
}

// out[i][k][j] = in[i][j][k]
inline numbers swapped(const numbers& in, std::size_t outer, std::size_t rows, std::size_t columns) {
  numbers out(in.size());
  for (std::size_t i = 0; i < outer; ++i)
    for (std::size_t j = 0; j < rows; ++j)
      for (std::size_t k = 0; k < columns; ++k) out[(i * columns + k) * rows + j] = in[(i * rows + j) * columns + k];
  return out;
}
// [batch][height][width][channels]
inline numbers channels_last(const workload& w, const numbers& input) {
  const layer& l = w.net.layers[0];
  return swapped(input, static_cast<std::size_t>(w.batch), static_cast<std::size_t>(l.channels), static_cast<std::size_t>(l.height * l.width));
}
// A kernel as [channels][kernel][kernel][in / groups]; of a dense layer behind an image the inputs are in the order height, width, channel.
inline numbers kernel_channels_last(const network& net, int i) {
  const layer &l = net.layers[i], &x = net.layers[l.from];
  const std::size_t taps = static_cast<std::size_t>(l.what == op::dense ? x.height * x.width : l.kernel * l.kernel);
  return swapped(kernel_of(net, i), static_cast<std::size_t>(l.channels), static_cast<std::size_t>(l.inputs_of_a_result()) / taps, taps);
}
// And as [kernel][kernel][in / groups][channels], or [in][units].
inline numbers kernel_channels_first(const network& net, int i) {
  const layer& l = net.layers[i];
  return swapped(kernel_channels_last(net, i), 1, static_cast<std::size_t>(l.channels), static_cast<std::size_t>(l.inputs_of_a_result()));
}

}  // namespace bench
