// Operators of ONNX of sound.
#pragma once
#include "../functional/spectrum.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline void import_stft(importer& c) {
  const std::int64_t step = c.whole(1), length = c.given(3) ? c.whole(3) : c.given(2) && !c.in(2).dims.empty() ? c.in(2).dims[0] : 0;
  if (step < 1 || step > 1 << 24) c.fail("a frame_step from 1 to 2^24", std::to_string(step));
  if (length < 1 || length > 4096) c.fail("windows of 1 to 4096", std::to_string(length));
  if (c.given(2) && c.in(2).dims != extents{length})
    c.fail("a window of " + std::to_string(length), "another", "the file is no valid ONNX model");
  c.expect_one_type(0, 2);
  c.by_f32();
  const value window = c.given(2) ? c.plain_copy(2) : value();
  const stft_options o{.step = static_cast<int>(step), .length = static_cast<int>(length), .onesided = c.integer("onesided", 1) != 0};
  c.put_value(stft(c.plain_copy(0), window, o));
}
// Triangles over frequencies that lie on the scale of mel equally far apart: [frequencies, bins].
inline void import_mel_weights(importer& c) {
  const std::int64_t bins = c.whole(0), length = c.whole(1), rate = c.whole(2);
  constant k;
  k.type = c.type_named(c.integer("output_datatype", 1), "a matrix");
  if (k.is_whole()) c.fail("a matrix of fractions", std::string(onnx_name_of(k.type)));
  if (bins < 1 || length < 1 || rate < 1 || bins > 1 << 16 || length > 1 << 24) c.fail("bins, a length and a rate from 1", "others");
  k.dims = {length / 2 + 1, bins};
  c.limit(k.dims);
  k.clear_to(k.count());
  const auto mel = [](double hertz) { return 2595 * math::log(1 + hertz / 700) / math::log(10.0); };
  const double low = mel(c.number(3)), high = mel(c.number(4)), step = (high - low) / static_cast<double>(bins + 2);
  if (!(math::abs(low) < 1e4) || !(math::abs(high) < 1e4)) c.fail("frequencies of sound", "others");
  const auto place = [&](std::int64_t i) {
    const double hertz = 700 * (math::pow(10.0, (low + static_cast<double>(i) * step) / 2595) - 1);
    return static_cast<std::int64_t>(math::floor(static_cast<double>(length + 1) * hertz / static_cast<double>(rate)));
  };
  for (std::int64_t i = 0; i < bins; ++i) {
    const std::int64_t first = place(i), top = place(i + 1), last = place(i + 2);
    const auto set = [&](std::int64_t j, double x) {
      if (j < 0 || j >= k.dims[0]) c.fail("frequencies up to " + std::to_string(k.dims[0] - 1), std::to_string(j));
      k.set(static_cast<std::size_t>(j * bins + i), x);
    };
    if (first == top) set(top, 1);
    for (std::int64_t j = first; j <= top && first < top; ++j) set(j, static_cast<double>(j - first) / static_cast<double>(top - first));
    for (std::int64_t j = top; j < last; ++j) set(j, static_cast<double>(last - j) / static_cast<double>(last - top));
  }
  c.put_known(std::move(k));
}

inline constexpr import_rule signal_rules[] = {
    {"MelWeightMatrix", import_mel_weights},
    {"STFT", import_stft},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
