// RNN, GRU and LSTM: each step of the sequence is drawn. With the activations that the operators have by themselves.
#pragma once
#include <utility>  // swap

#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline constexpr std::int64_t most_steps = 1000;

// One direction.
struct recurrent {
  value x;              // [steps * batch, gates * hidden], with all biases that do not stand behind a product
  value weights;        // [hidden, gates * hidden]
  value bias;           // of the last gate's recurrent product, GRU only
  value peephole[3];    // LSTM: of i, o, f, [hidden]
  int steps = 0, batch = 0, hidden = 0;

  value part(value v, int gate) const { return slice(v, 1, gate * hidden, (gate + 1) * hidden); }
  value step(int t) const { return slice(x, 0, t * batch, (t + 1) * batch); }
};
inline constant part_of(const constant& c, std::size_t direction) {  // c[direction]
  constant p;
  p.type = c.type;
  p.dims.assign(c.dims.begin() + 1, c.dims.end());
  const auto n = static_cast<std::size_t>(p.count()), begin = n * direction;
  for (std::size_t i = begin; i < begin + n; ++i) p.push(c, i);
  return p;
}
inline constant columns_of(const constant& c, std::int64_t begin, std::int64_t end) {
  constant p;
  p.type = c.type;
  p.dims = {end - begin};
  for (std::int64_t i = begin; i < end; ++i) p.push(c, static_cast<std::size_t>(i));
  return p;
}

// h and c of the next step. Gates: z r h of a GRU, i o f c of an LSTM.
inline void step_of_rnn(const recurrent& r, int t, value& h, value&) { h = tanh(r.step(t) + matmul(h, r.weights)); }
inline void step_of_lstm(const recurrent& r, int t, value& h, value& c) {
  const value gates = r.step(t) + matmul(h, r.weights);
  const auto gate = [&](int k) { return r.peephole[k].valid() ? r.part(gates, k) + r.peephole[k] * c : r.part(gates, k); };
  c = sigmoid(gate(2)) * c + sigmoid(gate(0)) * tanh(r.part(gates, 3));
  h = sigmoid(gate(1)) * tanh(c);
}
inline void step_of_gru(const recurrent& r, int t, value& h, value&) {
  const value x = r.step(t), by_h = matmul(h, r.weights);
  const value z = sigmoid(r.part(x, 0) + r.part(by_h, 0)), reset = sigmoid(r.part(x, 1) + r.part(by_h, 1));
  const value candidate = r.bias.valid() ? tanh(r.part(x, 2) + reset * (r.part(by_h, 2) + r.bias))
                                         : tanh(r.part(x, 2) + matmul(reset * h, slice(r.weights, 1, 2 * r.hidden, 3 * r.hidden)));
  h = (1 - z) * candidate + z * h;
}

inline void import_recurrent(importer& c, int gates, void (*step)(const recurrent&, int, value&, value&)) {
  extents dims = c.in(0).dims;
  const constant &w = c.known(1), &r = c.known(2);
  c.shape_of(dims), c.shape_of(r.dims);
  c.by_f32();
  const std::string direction = c.text_of("direction", "forward");
  const bool is_gru = gates == 3, is_lstm = gates == 4, resets_behind = is_gru && c.integer("linear_before_reset", 0) != 0;
  for (const char* no : {"clip", "activation_alpha", "activation_beta"})
    if (c.at().find(no)) c.fail(std::string("no ") + no, "some");
  if (const attribute* a = c.find("activations", attribute::kind::strings))
    for (std::size_t i = 0; i < a->strings.size(); ++i) {  // those that the operator has by itself
      const std::size_t of_direction = is_lstm ? 3 : is_gru ? 2 : 1;
      const std::string_view usual = gates > 1 && i % of_direction == 0 ? "Sigmoid" : "Tanh";
      if (a->strings[i] != usual) c.fail("activation " + std::string(usual), io::escaped(a->strings[i]));
    }
  if (c.integer("input_forget", 0) != 0) c.fail("input_forget 0", "1");
  const bool batch_first = c.integer("layout", 0) != 0;
  if (batch_first && dims.size() == 3) std::swap(dims[0], dims[1]);
  if (dims.size() != 3 || w.dims.size() != 3 || r.dims.size() != 3 || dims[0] < 1 || dims[0] > most_steps)
    c.fail("a sequence of 1 to " + std::to_string(most_steps) + " steps", dims.size() == 3 ? std::to_string(dims[0]) : "other axes");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    c.fail("direction forward, reverse or bidirectional", io::escaped(direction), "the file is no valid ONNX model");
  const std::size_t directions = direction == "bidirectional" ? 2 : 1;
  c.knows({"hidden_size", "output_sequence"});
  const std::int64_t hidden = r.dims[2], all = gates * hidden;
  if (w.dims != extents{static_cast<std::int64_t>(directions), all, dims[2]} || r.dims != extents{static_cast<std::int64_t>(directions), all, hidden})
    c.fail("weights of " + std::to_string(gates) + " gates", "other shapes", "the file is no valid ONNX model");
  if (w.is_whole() || r.is_whole()) c.fail("weights of real numbers", "whole ones", "the file is no valid ONNX model");
  c.expect_one_type({0, 1, 2, 3, 5, 6, 7});
  const auto turned = [&](std::size_t i) { return batch_first ? transpose(c.plain_copy(i), {1, 0, 2}) : c.plain_copy(i); };
  value lengths;  // of each sequence
  if (c.given(4)) {
    if (c.in(4).dims != extents{dims[1]}) c.fail("a length of each sequence", "others", "the file is no valid ONNX model");
    lengths = reshape_to(c.plain_copy(4), c.shape_of({dims[1], 1}));
  }
  const value flat = reshape_to(turned(0), c.shape_of({dims[0] * dims[1], dims[2]}));
  vec<value> outputs, last_h, last_c;  // of each direction
  for (std::size_t d = 0; d < directions; ++d) {
    const std::string name = importer::leaf(c.at().input[1]), recurrent_name = importer::leaf(c.at().input[2]);
    recurrent one;
    one.steps = static_cast<int>(dims[0]), one.batch = static_cast<int>(dims[1]), one.hidden = static_cast<int>(hidden);
    one.weights = c.variable(permuted(part_of(r, d), {1, 0}), recurrent_name);
    one.x = matmul(flat, c.variable(permuted(part_of(w, d), {1, 0}), name));
    if (c.given(3)) {
      c.reals(3, static_cast<std::int64_t>(directions) * 2 * all);
      if (c.known(3).dims.size() != 2) c.fail("biases of each direction", "other axes", "the file is no valid ONNX model");
      constant b = part_of(c.known(3), d);
      b.type = b.type == f64 ? f64 : f32;  // halves are added as floats
      constant sum = columns_of(b, 0, all);
      const auto gated = static_cast<std::size_t>(resets_behind ? 2 * hidden : all);
      for (std::size_t i = 0; i < gated; ++i) sum.set(i, sum.at(i) + b.at(static_cast<std::size_t>(all) + i));
      one.x = one.x + c.variable(sum, importer::leaf(c.at().input[3]));
      if (resets_behind) one.bias = c.variable(columns_of(b, all + 2 * hidden, 2 * all), importer::leaf(c.at().input[3]) + ".reset");
    } else if (resets_behind) {
      constant none;
      none.type = w.type;
      none.dims = {hidden};
      none.clear_to(hidden);
      one.bias = c.variable(none, name + ".reset");
    }
    const auto first = [&](std::size_t i) -> value {  // [batch, hidden] of [directions, batch, hidden]
      if (c.given(i)) return reshape_to(slice(turned(i), 0, static_cast<int>(d), static_cast<int>(d) + 1), c.shape_of({dims[1], hidden}));
      return broadcast_to(cast(iota(flat.owner(), 1), flat.type()) * 0, c.shape_of({dims[1], hidden}));
    };
    if (is_lstm && c.given(7)) {
      c.reals(7, static_cast<std::int64_t>(directions) * 3 * hidden);
      if (c.known(7).dims.size() != 2) c.fail("peepholes of each direction", "other axes", "the file is no valid ONNX model");
      for (int k = 0; k < 3; ++k)
        one.peephole[k] = c.variable(columns_of(part_of(c.known(7), d), k * hidden, (k + 1) * hidden), importer::leaf(c.at().input[7]));
    }
    value h = first(5), cell = is_lstm ? first(6) : h;
    const bool backwards = direction == "reverse" || d == 1;
    vec<value> steps(one.steps);
    for (int i = 0; i < one.steps; ++i) {
      const int t = backwards ? one.steps - 1 - i : i;
      const value h_before = h, cell_before = cell;
      step(one, t, h, cell);
      value y = h;
      if (lengths.valid()) {  // what is longer stays as it was
        const value lasts = broadcast_to(lengths > t, h.dims());
        y = select(lasts, h, 0), h = select(lasts, h, h_before), cell = select(lasts, cell, cell_before);
      }
      steps[t] = reshape_to(y, c.shape_of({1, 1, dims[1], hidden}));
    }
    outputs.push(concat(steps, 0));
    last_h.push(reshape_to(h, c.shape_of({1, dims[1], hidden})));
    last_c.push(reshape_to(cell, c.shape_of({1, dims[1], hidden})));
  }
  const auto put_last = [&](const vec<value>& last, std::size_t i) {
    const value all_directions = concat(last, 0);
    c.put_value(batch_first ? transpose(all_directions, {1, 0, 2}) : all_directions, i);
  };
  const value y = concat(outputs, 1);
  c.put_value(batch_first ? transpose(y, {2, 0, 1, 3}) : y, 0);
  put_last(last_h, 1);
  if (is_lstm) put_last(last_c, 2);
}

inline constexpr import_rule recurrent_rules[] = {
    {"GRU", [](importer& c) { import_recurrent(c, 3, step_of_gru); }},
    {"LSTM", [](importer& c) { import_recurrent(c, 4, step_of_lstm); }},
    {"RNN", [](importer& c) { import_recurrent(c, 1, step_of_rnn); }},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
