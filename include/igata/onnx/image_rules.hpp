// Operators of ONNX of parts of images.
#pragma once
#include "../functional/fold.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline void import_col2im(importer& c) {
  const extents image = c.wholes(1), block = c.wholes(2);
  const std::size_t axes = image.size();
  const extents dilations = c.integers("dilations", extents(axes, 1)), pads = c.integers("pads", extents(2 * axes, 0)),
                strides = c.integers("strides", extents(axes, 1));
  if (axes < 1 || axes > 3 || block.size() != axes || dilations.size() != axes || pads.size() != 2 * axes || strides.size() != axes)
    c.fail("numbers of one to three axes", "others");
  const auto number = [&](std::int64_t x, std::int64_t least) {
    if (x < least || x > 1 << 24) c.fail("numbers from " + std::to_string(least) + " to 2^24", std::to_string(x), "the file is no valid ONNX model");
    return static_cast<int>(x);
  };
  window_axes w;
  for (std::size_t i = 0; i < axes; ++i)
    w.push({.size = number(block[i], 1),
            .stride = number(strides[i], 1),
            .before = number(pads[i], 0),
            .after = number(pads[axes + i], 0),
            .dilation = number(dilations[i], 1)});
  c.by_f32();
  c.put_value(fold(c.plain_copy(0), c.shape_of(image), w));
}

inline constexpr import_rule image_rules[] = {
    {"Col2Im", import_col2im},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
