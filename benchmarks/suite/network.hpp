// A network as a list of layers: what igata and every peer build, each in its own way, so that all of them compute the same function.
// Batch norm of inference networks is folded into the convolutions already, as every exporter does.
#pragma once

namespace bench {

enum class op : int { input, conv, max_pool, global_pool, dense, softmax };
enum class act : int { none, relu, relu6, tanh };

struct layer {
  op what = op::input;
  int from = -1;                                   // the layer that it reads
  int plus = -1;                                   // a layer whose result is added before the activation, or -1
  act after = act::none;
  int kernel = 1, stride = 1, pad = 0, groups = 1;
  int in = 0;                                      // channels that it reads; of a dense layer all its inputs
  int channels = 0, height = 1, width = 1;         // of its result
  int norm = 0;                                    // 1: batch norm instead of a bias

  constexpr bool has_weights() const { return what == op::conv || what == op::dense; }
  constexpr int inputs_of_a_result() const { return what == op::dense ? in : in / groups * kernel * kernel; }
  constexpr int size() const { return channels * height * width; }
};

struct network {
  layer layers[80]{};
  int count = 0;
  int deep = 0;  // 1: weights keep the size of the signal through many layers

  constexpr const layer& last() const { return layers[count - 1]; }
  constexpr int add(const layer& l) {
    layers[count] = l;
    return count++;
  }
  constexpr int input(int channels, int height = 1, int width = 1) {
    layer l;
    l.channels = channels, l.height = height, l.width = width;
    return add(l);
  }
  // What follows one layer reads: kernel, stride and padding set the size of its result.
  constexpr int window(op what, int from, int channels, int kernel, int stride, int pad, act after = act::none, int groups = 1, int plus = -1,
                       int norm = 0) {
    const layer& x = layers[from];
    layer l;
    l.what = what, l.from = from, l.plus = plus, l.after = after, l.kernel = kernel, l.stride = stride, l.pad = pad, l.groups = groups, l.norm = norm;
    l.in = x.channels, l.channels = channels;
    l.height = (x.height + 2 * pad - kernel) / stride + 1, l.width = (x.width + 2 * pad - kernel) / stride + 1;
    return add(l);
  }
  constexpr int conv(int from, int channels, int kernel, int stride, int pad, act after, int groups = 1, int plus = -1, int norm = 0) {
    return window(op::conv, from, channels, kernel, stride, pad, after, groups, plus, norm);
  }
  constexpr int max_pool(int from, int kernel, int stride, int pad = 0) {
    return window(op::max_pool, from, layers[from].channels, kernel, stride, pad);
  }
  constexpr int dense(int from, int units, act after = act::none) {
    layer l;
    l.what = op::dense, l.from = from, l.after = after, l.in = layers[from].size(), l.channels = units;
    return add(l);
  }
  constexpr int vector(op what, int from) {  // softmax, global_pool
    layer l;
    l.what = what, l.from = from, l.channels = l.in = layers[from].channels;
    return add(l);
  }
  // Which layer with weights this is, from 0: the seeds of its numbers.
  constexpr int ordinal(int i) const {
    int k = 0;
    for (int j = 0; j < i; ++j) k += layers[j].has_weights();
    return k;
  }
  // Two for a multiply-add of contractions; the rest is not counted.
  constexpr double flops(int i) const {
    const layer& l = layers[i];
    return l.has_weights() ? 2. * l.size() * l.inputs_of_a_result() : 0;
  }
  constexpr double flops() const {
    double total = 0;
    for (int i = 0; i < count; ++i) total += flops(i);
    return total;
  }
  // Forward, gradients of weights, gradients of inputs but the network's own.
  constexpr double training_flops() const { return 3 * flops() - flops(1); }
};

constexpr network dense_layer(int in, int units, act after = act::none) {
  network n;
  n.dense(n.input(in), units, after);
  return n;
}
constexpr network small_mlp() {
  network n;
  n.dense(n.dense(n.dense(n.input(16), 64, act::tanh), 64, act::tanh), 4);
  return n;
}
constexpr network mlp(bool softmax) {
  network n;
  const int scores = n.dense(n.dense(n.input(784), 128, act::relu), 10);
  if (softmax) n.vector(op::softmax, scores);
  return n;
}
constexpr network lenet() {
  network n;
  int x = n.max_pool(n.conv(n.input(1, 28, 28), 6, 5, 1, 0, act::relu), 2, 2);
  x = n.max_pool(n.conv(x, 16, 5, 1, 0, act::relu), 2, 2);
  n.dense(n.dense(n.dense(x, 120, act::relu), 84, act::relu), 10);
  return n;
}
// He, Zhang, Ren, Sun 2015. Small: for 32 x 32 images, with batch norm, to be trained.
constexpr network resnet(int depth, bool small = false) {
  network n;
  n.deep = !small;
  const int norm = small, blocks[2][4] = {{2, 2, 2, 2}, {3, 4, 6, 3}};
  int x = n.input(3, small ? 32 : 224, small ? 32 : 224);
  x = small ? n.conv(x, 64, 3, 1, 1, act::relu, 1, -1, norm) : n.max_pool(n.conv(x, 64, 7, 2, 3, act::relu), 3, 2, 1);
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < blocks[depth >= 34][stage]; ++i) {
      const int width = 64 << stage, stride = stage > 0 && i == 0 ? 2 : 1, out = depth >= 50 ? 4 * width : width;
      const int side = stride != 1 || n.layers[x].channels != out ? n.conv(x, out, 1, stride, 0, act::none, 1, -1, norm) : x;
      int y = depth >= 50 ? n.conv(x, width, 1, 1, 0, act::relu, 1, -1, norm) : x;
      y = n.conv(y, width, 3, stride, 1, act::relu, 1, -1, norm);
      x = n.conv(y, out, depth >= 50 ? 1 : 3, 1, depth >= 50 ? 0 : 1, act::relu, 1, side, norm);
    }
  n.dense(n.vector(op::global_pool, x), small ? 10 : 1000);
  return n;
}
// Sandler, Howard, Zhu, Zhmoginov, Chen 2018.
constexpr network mobilenet_v2() {
  network n;
  n.deep = 1;
  int x = n.conv(n.input(3, 224, 224), 32, 3, 2, 1, act::relu6);
  const int rows[7][4] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2},  // expansion, filters, count, stride
                          {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  for (const auto& r : rows)
    for (int i = 0; i < r[2]; ++i) {
      const int in = n.layers[x].channels, stride = i ? 1 : r[3], wide = in * r[0];
      int y = r[0] == 1 ? x : n.conv(x, wide, 1, 1, 0, act::relu6);
      y = n.conv(y, wide, 3, stride, 1, act::relu6, wide);
      x = n.conv(y, r[1], 1, 1, 0, act::none, 1, stride == 1 && in == r[1] ? x : -1);
    }
  n.dense(n.vector(op::global_pool, n.conv(x, 1280, 1, 1, 0, act::relu6)), 1000);
  return n;
}

}  // namespace bench
