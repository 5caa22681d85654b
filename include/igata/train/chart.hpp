// Curves over epochs as an inline SVG drawing. Colours are classes (curve0, curve1, …): the page's style sheet decides.
#pragma once
#include <cmath>    // floor, log10, pow
#include <cstddef>  // size_t
#include <string>   // string
#include <vector>   // vector

#include "../core/math.hpp"
#include "../engine/decimal.hpp"

namespace igata::inline IGATA_ABI::train {

inline std::string html_text(const std::string& s) {
  std::string out;
  for (const char c : s) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

struct curve {
  std::string name;
  std::vector<double> values;  // of epoch 1, 2, …; gaps where not finite
};

namespace detail {

// A coordinate.
inline std::string fixed(double x, const char* format = "%.1f") { return decimal(x, format); }
// 1, 2 or 5 times a power of ten: about `wanted` steps over the range.
inline double tick_step(double range, int wanted) {
  const double raw = range / wanted, power = std::pow(10, std::floor(std::log10(raw)));
  for (const double m : {1.0, 2.0, 5.0})
    if (raw <= m * power * 1.0001) return m * power;
  return 10 * power;
}

}  // namespace detail

inline std::string chart(const std::string& title, const std::vector<curve>& curves) {
  using detail::fixed;
  constexpr double width = 560, height = 300, left = 62, right = 14, top = 40, bottom = 44;
  double low = 0, high = 0;
  std::size_t epochs = 1;
  bool any = false;
  for (const curve& c : curves) {
    if (c.values.size() > epochs) epochs = c.values.size();
    for (const double v : c.values) {
      if (!math::is_finite(v)) continue;
      low = any && low < v ? low : v;
      high = any && high > v ? high : v;
      any = true;
    }
  }
  if (low >= 0 && low < 0.3 * high) low = 0;
  if (!(high > low)) {
    low -= 0.5;
    high += 0.5;
  }
  const double step = detail::tick_step(high - low, 5);
  low = std::floor(low / step + 1e-9) * step;
  high = -std::floor(-high / step + 1e-9) * step;
  const double last = epochs > 1 ? static_cast<double>(epochs) : 2;  // the x axis is 1 … last
  const auto x_of = [&](double epoch) { return left + (epoch - 1) / (last - 1) * (width - left - right); };
  const auto y_of = [&](double v) { return top + (high - v) / (high - low) * (height - top - bottom); };

  std::string svg = "<svg class=\"chart\" viewBox=\"0 0 560 300\" role=\"img\" aria-label=\"" + html_text(title) + "\">\n";
  svg += "<text class=\"title\" x=\"" + fixed(left) + "\" y=\"18\">" + html_text(title) + "</text>\n";
  for (int i = 0; low + i * step <= high + step / 2; ++i) {
    const double v = low + i * step;
    svg += "<line class=\"grid\" x1=\"" + fixed(left) + "\" x2=\"" + fixed(width - right) + "\" y1=\"" + fixed(y_of(v)) + "\" y2=\"" +
           fixed(y_of(v)) + "\"/>";
    svg += "<text class=\"tick\" text-anchor=\"end\" x=\"" + fixed(left - 8) + "\" y=\"" + fixed(y_of(v) + 4) + "\">" +
           fixed(std::fabs(v) < step * 1e-6 ? 0 : v, "%.4g") + "</text>\n";
  }
  double epoch_step = detail::tick_step(last - 1, 8);
  if (epoch_step < 1) epoch_step = 1;
  for (double e = epoch_step > 1 ? epoch_step : 1; e <= last + 1e-9; e += epoch_step)
    svg += "<text class=\"tick\" text-anchor=\"middle\" x=\"" + fixed(x_of(e)) + "\" y=\"" + fixed(height - bottom + 18) + "\">" +
           fixed(e, "%.0f") + "</text>\n";
  svg += "<text class=\"tick\" text-anchor=\"middle\" x=\"" + fixed((left + width - right) / 2) + "\" y=\"" + fixed(height - 8) +
         "\">epoch</text>\n";
  svg +=
      "<path class=\"axis\" d=\"M" + fixed(left) + ' ' + fixed(top) + 'V' + fixed(height - bottom) + 'H' + fixed(width - right) + "\"/>\n";

  double legend = width - right;
  for (std::size_t k = curves.size(); k-- > 0;) {
    const std::string colour = "curve" + std::to_string(k % 4);
    std::string path, dots;
    bool pen_down = false;
    for (std::size_t i = 0; i < curves[k].values.size(); ++i) {
      const double v = curves[k].values[i];
      if (!math::is_finite(v)) {
        pen_down = false;
        continue;
      }
      const std::string x = fixed(x_of(static_cast<double>(i + 1))), y = fixed(y_of(v));
      path += (pen_down ? 'L' : 'M') + x + ' ' + y;
      pen_down = true;
      if (epochs <= 40)
        dots += "<circle class=\"" + colour + "\" cx=\"" + x + "\" cy=\"" + y + "\" r=\"2.5\"><title>" + html_text(curves[k].name) +
                ", epoch " + std::to_string(i + 1) + ": " + fixed(v, "%.5g") + "</title></circle>";
    }
    svg += "<path class=\"" + colour + "\" d=\"" + path + "\"/>" + dots + '\n';
    const double length = 7.2 * static_cast<double>(curves[k].name.size());
    svg += "<text class=\"tick\" x=\"" + fixed(legend - length) + "\" y=\"18\">" + html_text(curves[k].name) + "</text>";
    svg += "<path class=\"" + colour + "\" d=\"M" + fixed(legend - length - 24) + " 14h18\"/>\n";
    legend -= length + 40;
  }
  return svg + "</svg>\n";
}

}  // namespace igata::inline IGATA_ABI::train
