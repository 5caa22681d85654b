// A grey image as lines of characters.
//
//   for (const std::string& line : train::ascii(digits.features("image", 0), 8, 8)) std::puts(line.c_str());
#pragma once
#include <cstddef>      // size_t
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../engine/error.hpp"

namespace igata::inline IGATA_ABI::train {

struct ascii_options {
  std::string_view ramp = " .:-=+*#%@";  // from 0 to 1
  int repeat = 2;                        // characters per pixel: they are about twice as high as wide
};

// Values outside [0, 1] are clamped.
inline std::vector<std::string> ascii(std::span<const float> grey, int height, int width, const ascii_options& how = {}) {
  if (height < 1 || width < 1 || grey.size() != static_cast<std::size_t>(height) * static_cast<std::size_t>(width))
    raise(text() << "ascii: expected " << height << 'x' << width << " values, got " << static_cast<long long>(grey.size()));
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (int y = 0; y < height; ++y) {
    std::string line;
    for (int x = 0; x < width; ++x) {
      const float value = grey[at++];
      const float clamped = value > 0 ? (value < 1 ? value : 1) : 0;  // NaN is 0
      const auto level = static_cast<std::size_t>(clamped * static_cast<float>(how.ramp.size() - 1) + 0.5f);
      line.append(static_cast<std::size_t>(how.repeat), how.ramp[level]);
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace igata::inline IGATA_ABI::train
