#include "reference.hpp"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

using index = std::ptrdiff_t;
using doubles = std::vector<double>;

double activated(act a, double x) {
  switch (a) {
    case act::none: return x;
    case act::relu: return std::max(x, 0.);
    case act::relu6: return std::clamp(x, 0., 6.);
    case act::tanh: return std::tanh(x);
  }
  return x;
}

// to[o] += sum over k of x[k] * w[k][o]; weights with k outermost.
void accumulate(double* to, const double* x, const float* w, index k, index columns, index w_row) {
  for (index i = 0; i < k; ++i)
    for (index o = 0; o < columns; ++o) to[o] += x[i] * static_cast<double>(w[i * w_row + o]);
}

// Calls f(ky, kx, pixel) for each tap of the window of result (oy, ox) that lies inside the image.
template <class F>
void taps(const layer& l, const layer& x, index oy, index ox, F f) {
  for (index ky = 0; ky < l.kernel; ++ky)
    for (index kx = 0; kx < l.kernel; ++kx) {
      const index y = oy * l.stride + ky - l.pad, column = ox * l.stride + kx - l.pad;
      if (y >= 0 && y < x.height && column >= 0 && column < x.width) f(ky, kx, y * x.width + column);
    }
}

// One image, [height][width][channels].
doubles result_of(const network& net, int i, const std::vector<doubles>& results, const numbers& w, const numbers& bias) {
  const layer &l = net.layers[i], &source = net.layers[l.from];
  const doubles& x = results[static_cast<std::size_t>(l.from)];
  doubles y(static_cast<std::size_t>(l.size()));
  const index channels = l.channels, in = l.in;
  for (index oy = 0; oy < l.height; ++oy)
    for (index ox = 0; ox < l.width; ++ox) {
      double* const to = y.data() + (oy * l.width + ox) * channels;
      if (l.has_weights()) std::copy(bias.begin(), bias.end(), to);
      switch (l.what) {
        case op::input: break;
        case op::dense: accumulate(to, x.data(), w.data(), in, channels, channels); break;
        case op::conv: {
          const index group_in = in / l.groups, group_out = channels / l.groups;
          taps(l, source, oy, ox, [&](index ky, index kx, index pixel) {
            for (index g = 0; g < l.groups; ++g)
              accumulate(to + g * group_out, x.data() + pixel * in + g * group_in,
                         w.data() + (ky * l.kernel + kx) * group_in * channels + g * group_out, group_in, group_out, channels);
          });
          break;
        }
        case op::max_pool:
          std::fill(to, to + channels, -INFINITY);
          taps(l, source, oy, ox, [&](index, index, index pixel) {
            for (index c = 0; c < channels; ++c) to[c] = std::max(to[c], x[static_cast<std::size_t>(pixel * in + c)]);
          });
          break;
        case op::global_pool:
          for (std::size_t k = 0; k < x.size(); ++k) to[static_cast<index>(k) % channels] += x[k] / (source.height * source.width);
          break;
        case op::softmax: {
          const double top = *std::max_element(x.begin(), x.end());
          double sum = 0;
          for (index c = 0; c < channels; ++c) sum += to[c] = std::exp(x[static_cast<std::size_t>(c)] - top);
          for (index c = 0; c < channels; ++c) to[c] /= sum;
          break;
        }
      }
    }
  for (std::size_t k = 0; k < y.size(); ++k) y[k] = activated(l.after, y[k] + (l.plus < 0 ? 0 : results[static_cast<std::size_t>(l.plus)][k]));
  return y;
}

}  // namespace

numbers reference(const workload& w) {
  numbers out;
  if (w.kind == family::elementwise) {
    numbers in[5];
    for (std::uint32_t k = 0; k < 5; ++k) in[k] = uniform(static_cast<std::size_t>(w.batch), 100 + k);
    for (std::size_t i = 0; i < in[0].size(); ++i) {
      const double a = in[0][i], b = in[1][i], c = in[2][i], d = in[3][i], e = in[4][i];
      out.push_back(static_cast<float>(std::tanh(a * b + c) * d + std::max(e, 0.)));
    }
    return out;
  }
  const numbers x = channels_last(w, input_of(w));
  std::vector<numbers> kernels(80), biases(80);
  for (int i = 0; i < w.net.count; ++i)
    if (w.net.layers[i].has_weights()) {
      kernels[static_cast<std::size_t>(i)] = kernel_channels_first(w.net, i);
      biases[static_cast<std::size_t>(i)] = bias_of(w.net, i);
    }
  const index row = w.net.layers[0].size();
  for (int n = 0; n < w.batch; ++n) {
    std::vector<doubles> results{doubles(x.begin() + n * row, x.begin() + (n + 1) * row)};
    for (int i = 1; i < w.net.count; ++i)
      results.push_back(result_of(w.net, i, results, kernels[static_cast<std::size_t>(i)], biases[static_cast<std::size_t>(i)]));
    out.insert(out.end(), results.back().begin(), results.back().end());
  }
  return out;
}

}  // namespace bench
