// Recurrent layers over sequences [n, steps, features], and their cells, which take and give the state of one step [n, features]. The steps are
// drawn one after the other, so that training looks back through all of them.
//
//   x = nn::gru(x, {.units = 32});                                       the last state, [n, 32]
//   x = nn::lstm(x, {.units = 32, .return_sequences = true});            every state, [n, steps, 32]
//   h = nn::gru_cell(sample, h, {.units = 32, .name = "gru"});           one step of a stream, with the weights of a layer of that name
//
// Gates lie beside each other in the columns of kernel [features, gates · units], recurrent_kernel [units, gates · units] and bias: of gru update,
// reset and new state (Keras' order; PyTorch has reset first), of lstm input, forget, new memory and output (as in both).
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

// Cho et al. 2014, with the reset behind the product: h' = z h + (1 - z) tanh(x W + b + r (h U + c)), c the recurrent_bias; as in cuDNN, PyTorch
// and Keras (reset_after).
struct gru_options {
  int units = 0;
  bool return_sequences = false;
  initializer kernel_initializer = init::glorot_uniform;
  initializer recurrent_initializer = init::orthogonal();
  initializer bias_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};
// Hochreiter and Schmidhuber 1997, Gers et al. 1999: c' = f c + i tanh(…), h' = o tanh(c').
struct lstm_options {
  int units = 0;
  bool return_sequences = false;
  initializer kernel_initializer = init::glorot_uniform;
  initializer recurrent_initializer = init::orthogonal();
  initializer bias_initializer = init::zeros;
  bool unit_forget_bias = false;  // the forget gate's bias begins at 1: memory is kept at first (Jozefowicz et al. 2015; Keras' default)
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

struct lstm_state {
  value h, c;  // the output, [n, units]; the memory, [n, units]
};

namespace detail {

// A state before the first step is nothing: zeros, but no product is made of them where later steps read the recurrent kernel.
class gru_steps {
 public:
  static constexpr std::string_view kind = "gru";
  static constexpr int gates = 3;
  using state = value;
  static constexpr value state_of(value h) { return h; }
  constexpr gru_steps(value x, const gru_options& o, source at) : units_(o.units), at_(at) {
    kernel_ = parameter(x, "kernel", {x.extent(-1), gates * units_}, o.kernel_initializer, at);
    recurrent_ = parameter(x, "recurrent_kernel", {units_, gates * units_}, o.recurrent_initializer, at);
    bias_ = parameter(x, "bias", {gates * units_}, o.bias_initializer, at);
    recurrent_bias_ = parameter(x, "recurrent_bias", {gates * units_}, o.bias_initializer, at);
  }
  constexpr value of_input(value x) const { return matmul(x, kernel_, {}, at_) + bias_; }
  constexpr value next(value input, value h) const {
    const bool begins = !h.valid();
    const value of_state = begins ? recurrent_bias_ : matmul(h, recurrent_, {}, at_) + recurrent_bias_;
    const value update = sigmoid(gate(input, 0) + gate(of_state, 0), at_), reset = sigmoid(gate(input, 1) + gate(of_state, 1), at_);
    const value fresh = tanh(gate(input, 2) + reset * gate(of_state, 2), at_);
    return begins ? fresh + update * -fresh : fresh + update * (h - fresh);  // rounded alike
  }

 private:
  constexpr value gate(value all, int i) const { return slice(all, -1, i * units_, (i + 1) * units_, 1, at_); }
  value kernel_, recurrent_, bias_, recurrent_bias_;
  int units_;
  source at_;
};
class lstm_steps {
 public:
  static constexpr std::string_view kind = "lstm";
  static constexpr int gates = 4;
  using state = lstm_state;
  static constexpr lstm_state state_of(value h) { return {h, h}; }
  constexpr lstm_steps(value x, const lstm_options& o, source at) : units_(o.units), at_(at) {
    kernel_ = parameter(x, "kernel", {x.extent(-1), gates * units_}, o.kernel_initializer, at);
    recurrent_ = parameter(x, "recurrent_kernel", {units_, gates * units_}, o.recurrent_initializer, at);
    initializer first_bias = o.bias_initializer;
    first_bias.unit_forget = o.unit_forget_bias;
    bias_ = parameter(x, "bias", {gates * units_}, first_bias, at);
  }
  constexpr value of_input(value x) const { return matmul(x, kernel_, {}, at_) + bias_; }
  constexpr lstm_state next(value input, lstm_state s) const {
    const value all = s.h.valid() ? input + matmul(s.h, recurrent_, {}, at_) : input;
    const value fresh = sigmoid(gate(all, 0), at_) * tanh(gate(all, 2), at_);
    const value c = s.c.valid() ? sigmoid(gate(all, 1), at_) * s.c + fresh : fresh;
    return {sigmoid(gate(all, 3), at_) * tanh(c, at_), c};
  }

 private:
  constexpr value gate(value all, int i) const { return slice(all, -1, i * units_, (i + 1) * units_, 1, at_); }
  value kernel_, recurrent_, bias_;
  int units_;
  source at_;
};

constexpr value output_of(value h) { return h; }
constexpr value output_of(const lstm_state& s) { return s.h; }

// All steps of a sequence: the products with the kernel at once, those with the state one by one.
template <class Steps, class Options>
constexpr value recurrent(value x, const Options& o, source at) {
  if (!x.valid()) return x;
  const layer scope(x, Steps::kind, o.name, at);
  if (x.rank() != 3) return refuse(x, text() << "needs sequences [n, steps, features], got " << x.dims() << "; reshape first", at);
  if (o.units < 1) return refuse(x, text() << ".units = " << o.units << "; must be 1 or more", at);
  const Steps steps(x, o, at);
  const value input = steps.of_input(x);
  if (!input.valid()) return input;
  shape row = input.dims();
  row.rank = 1;
  row.push(Steps::gates * o.units);
  typename Steps::state state{};
  if (x.extent(1) == 1) {  // all the same the layer has its recurrent kernel: its cell takes it
    shape zeros = row;
    zeros[1] = o.units;
    state = Steps::state_of(broadcast_to(constant(x.owner(), 0, input.type()), zeros, at));
  }
  vec<value> outputs;
  for (int t = 0; t < x.extent(1); ++t) {
    state = steps.next(reshape_to(slice(input, 1, t, t + 1, 1, at), row, at), state);
    const value h = output_of(state);
    if (!h.valid()) return h;
    if (!o.return_sequences) continue;
    shape step = h.dims();
    step[1] = 1;
    step.push(o.units);
    outputs.push(reshape_to(h, step, at));
  }
  return o.return_sequences ? concat(outputs, 1, at) : output_of(state);
}

// Whether a cell's operands are what it needs; else the graph has failed.
template <class Options>
constexpr bool cell_fits(value x, std::initializer_list<value> states, const Options& o, source at) {
  const auto wrong = [&](const text& why) { return refuse(x, why, at), false; };
  if (o.units < 1) return wrong(text() << ".units = " << o.units << "; must be 1 or more");
  if (x.rank() != 2) return wrong(text() << "needs one step [n, features], got " << x.dims() << "; slice and reshape first");
  for (const value& h : states) {
    shape expected = x.dims();
    expected[1] = o.units;
    if (!(h.dims() == expected))
      return wrong(text() << "the state is " << h.dims() << ", expected " << expected << "; units and rows must be the cell's");
  }
  return true;
}

// What is empty of a cell's operands, unless an earlier mistake made it so.
template <class Options>
constexpr void refuse_empty(std::string_view kind, value x, std::initializer_list<value> states, const Options& o, source at) {
  value known = x;
  for (const value& h : states)
    if (!known.valid()) known = h;
  if (!known.valid()) return;
  text why;
  if (x.valid()) why << "the state is empty; begin with zeros: broadcast_to(constant(x.owner(), 0, f32), rows({" << o.units << "}))";
  else why << "the step is empty (a default-constructed value); assign it before use";
  known.owner().fail(kind, why, at);
}

}  // namespace detail

constexpr value gru(value x, gru_options o = {}, source at = source::here()) { return detail::recurrent<detail::gru_steps>(x, o, at); }
constexpr value lstm(value x, lstm_options o = {}, source at = source::here()) { return detail::recurrent<detail::lstm_steps>(x, o, at); }

// The state after one step x [n, features].
constexpr value gru_cell(value x, value h, gru_options o = {}, source at = source::here()) {
  if (!x.valid() || !h.valid()) return detail::refuse_empty("gru", x, {h}, o, at), value();
  const layer scope(x, "gru", o.name, at);
  if (!detail::cell_fits(x, {h}, o, at)) return poison(x.owner());
  const detail::gru_steps steps(x, o, at);
  return steps.next(steps.of_input(x), h);
}
constexpr lstm_state lstm_cell(value x, lstm_state s, lstm_options o = {}, source at = source::here()) {
  if (!x.valid() || !s.h.valid() || !s.c.valid()) return detail::refuse_empty("lstm", x, {s.h, s.c}, o, at), lstm_state{};
  const layer scope(x, "lstm", o.name, at);
  if (!detail::cell_fits(x, {s.h, s.c}, o, at)) return {poison(x.owner()), poison(x.owner())};
  const detail::lstm_steps steps(x, o, at);
  return steps.next(steps.of_input(x), s);
}

constexpr value gru_options::operator()(value x, source at) const { return gru(x, *this, at); }
constexpr value lstm_options::operator()(value x, source at) const { return lstm(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
