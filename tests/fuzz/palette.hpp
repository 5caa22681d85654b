// What random graphs are drawn with: the values that are there, weights, and primitives whose operands have any shape.
#pragma once
#include <igata/draw/builder.hpp>

#include "recipe.hpp"

namespace fuzz {

class palette {
 protected:
  constexpr palette(builder& b, const recipe& r, int most) : b_(b), g_(b.get()), r_(r), most_(most) {}

  constexpr void keep(value v) {
    if (g_.failed() || !v.valid() || v.dims().count() > most_) return;
    values_.push(v);
    used_.push(0);
  }
  // The value of this type at or behind a place, or one made for it.
  constexpr value any(int at) { return any(at, real_); }
  constexpr value any(int at, dtype type) {
    const int n = values_.size();
    for (int i = 0; i < n; ++i) {
      const int k = (n - 1 - at % n + i) % n;
      if (values_[k].type() != type) continue;
      used_[k] = 1;
      return values_[k];
    }
    return made_of(any(at, f32), type);
  }
  // Of a number of about 1: one with several digits.
  static constexpr value made_of(value x, dtype type) {
    if (type == boolean) return x > 0.1;
    if (has_fractions(type)) return cast(x, type);
    return cast(x * (type == i32 ? 4 : size_of(type) == 1 ? 90 : 30000), type);
  }
  constexpr value any_of_rank(int at, int low, int high = max_rank) {
    for (int i = 0; i < values_.size(); ++i) {
      const value x = any(at + i);
      if (x.rank() >= low && x.rank() <= high) return x;
    }
    return made_of(values_[0], real_);
  }
  constexpr std::string_view name(text& t, std::string_view base, int number) {
    t.clear();
    t << base << number;
    return t.view();
  }
  // A weight of this shape: a new one, or one that is there.
  constexpr value parameter(const shape& dims, dice& d) {
    for (const value& w : weights_)
      if (w.dims() == dims && w.type() == real_ && d.one_in(2)) return w;
    text t;
    const value w = read_variable(g_, declare_variable(g_, name(t, "w", weights_.size()), role::weight, real_, dims, {initial::uniform, 1, 0}, {}));
    weights_.push(w);
    if (d.one_in(3)) keep(w);  // may be a result, or an operand elsewhere
    return w;
  }
  // Sometimes computed from it, or from another one.
  constexpr value weight(const shape& dims, dice& d) {
    if (dims.rank == 2 && d.one_in(4)) return transpose(parameter({dims[1], dims[0]}, d), {1, 0});
    const value w = parameter(dims, d);
    switch (d(0, 7)) {
      case 0: return w * 0.5;
      case 1: return tanh(w) + parameter(dims, d);
      case 2: return dims.rank ? reverse(w, d(0, dims.rank - 1)) : w;
      default: return w;
    }
  }
  // Broadcasts to `dims`: some of its last axes, some of them 1.
  constexpr shape part_of(const shape& dims, dice& d) const {
    shape s;
    for (int i = d(0, dims.rank); i < dims.rank; ++i) s.push(d.one_in(3) || (i == 0 && dims.rows_of) ? 1 : dims[i]);
    return s;
  }
  static constexpr bool fits(const shape& a, const shape& b) {
    graph scratch;
    broadcast_shapes(scratch, "", a, b, {});
    return !scratch.failed();
  }
  // An operand beside x: another value, x reduced, or a weight.
  constexpr value beside(value x, int at, dice& d) {
    if (const value y = any(at, x.type()); !d.one_in(4) && fits(x.dims(), y.dims())) return y;
    if (x.type() != real_) return x;
    if (x.rank() && d.one_in(2)) {
      const op code = d.one_in(2) ? op::reduce_sum : op::reduce_max;
      return reduce(x, code, d(1, (1 << x.rank()) - 1)) * 0.3;
    }
    return weight(part_of(x.dims(), d), d);
  }
  constexpr value reduce(value x, op code, int mask) {
    switch (code) {
      case op::reduce_sum: return emit<op::reduce_sum>(g_, {x}, {.axis_mask = mask}, 0, {});
      case op::reduce_max: return emit<op::reduce_max>(g_, {x}, {.axis_mask = mask}, 0, {});
      default: return emit<op::reduce_min>(g_, {x}, {.axis_mask = mask}, 0, {});
    }
  }
  constexpr value mean(value x, int mask) {
    double count = 1;
    for (int i = 0; i < x.rank(); ++i)
      if (mask >> i & 1) count *= x.dims()[i];
    const value sum = reduce(x, op::reduce_sum, mask);
    return x.dims().rows_of && mask & 1 ? sum / cast(batch_size(g_, x.dims().rows_of) * count, x.type()) : sum * (1 / count);
  }
  constexpr value some_axes_dropped(value x, dice& d) { return x.rank() && d.one_in(2) ? reshape_to(x, without_ones(x.dims(), d)) : x; }
  static constexpr shape without_ones(const shape& dims, dice& d) {
    shape s;
    s.rows_of = dims.rows_of;
    for (int i = 0; i < dims.rank; ++i)
      if (dims[i] != 1 || (i == 0 && dims.rows_of) || d.one_in(3)) s.push(dims[i]);
    return s;
  }
  // Axes come, go, are split and joined; the batch stays in front.
  static constexpr shape reshaped(const shape& from, dice& d) {
    shape s = without_ones(from, d);
    for (int turn = d(1, 3); turn > 0; --turn) {
      shape next;
      next.rows_of = s.rows_of;
      const int at = s.rank > (s.rows_of != no_symbol) ? d((s.rows_of != no_symbol), s.rank - 1) : -1;
      const int what = d(0, 2);
      for (int i = 0; i < s.rank; ++i) {
        if (i != at) {
          next.push(s[i]);
        } else if (what == 0 && i > 0 && (i > 1 || !s.rows_of || d.one_in(4))) {  // rarely into the batch
          next[next.rank - 1] *= s[i];
        } else if (const int by = s[i] % 2 == 0 ? 2 : s[i] % 3 == 0 ? 3 : 1; s.rank < max_rank && (by > 1 || what == 1)) {
          next.push(by);
          next.push(s[i] / by);
        } else {
          next.push(s[i]);
        }
      }
      s = next;
    }
    return s;
  }
  static constexpr int random_mask(const value& x, dice& d) { return d.one_in(4) ? (1 << x.rank()) - 1 : d(1, (1 << x.rank()) - 1); }
  static constexpr int free_axis(const value& x, dice& d) { return d((x.dims().rows_of != no_symbol), x.rank() - 1); }
  static constexpr bool has_free_axis(const value& x) { return x.rank() > (x.dims().rows_of != no_symbol); }
  constexpr value within(value whole) { return maximum(minimum(whole, 50), -50); }  // the reference has no overflow

  constexpr value unary(value x, dice& d) {
    switch (d(0, 21)) {
      case 0: return -x;
      case 1: return abs(x);
      case 2: return sign(x) * 0.5;
      case 3: return reciprocal(x * x + 0.5);
      case 4: return sqrt(abs(x) + 0.1);
      case 5: return rsqrt(x * x + 0.5);
      case 6: return exp(minimum(x, 1));
      case 7: return expm1(minimum(x, 1));
      case 8: return log(abs(x) + 0.5);
      case 9: return log1p(abs(x));
      case 10: return tanh(x);
      case 11: return sigmoid(x);
      case 12: return erf(x);
      case 13: return sin(x);
      case 14: return cos(x);
      case 15: return floor(x * 3) * 0.3;
      case 16: return ceil(x * 2) * 0.3;
      case 17: return round(x * 2) * 0.3;
      case 18: return minimum(x, 0.5);
      case 19: return stop_gradient(x) + x;
      case 20: return maximum(x, -0.25);
      default: return maximum(0, x);
    }
  }
  constexpr value binary(value x, value y, dice& d) {
    if (d.one_in(2)) {
      const value swapped = x;
      x = y, y = swapped;
    }
    switch (d(0, 7)) {
      case 0: return x + y;
      case 1: return x - y;
      case 2: return x * y;
      case 3: return x / (y * y + 0.5);
      case 4: return maximum(x, y);
      case 5: return minimum(x, y);
      case 6: return pow(abs(x) + 0.5, minimum(maximum(y, -2), 2));
      default: return x * 0.7 + y;
    }
  }
  constexpr value with_number(value x, dice& d) {
    const double n = d(-2, 2) * 0.5;
    switch (d(0, 9)) {
      case 0: return x + n;
      case 1: return n - x;
      case 2: return x * n;
      case 3: return x / (d(1, 2) * 0.5);
      case 4: return (x - n) * n;
      case 7: {
        const value shifted = x + parameter(part_of(x.dims(), d), d);
        return shifted + parameter(part_of(x.dims(), d), d);
      }
      case 8: {
        const value scaled = x * parameter(part_of(x.dims(), d), d);
        return scaled * parameter(part_of(x.dims(), d), d);
      }
      case 5: return pow(abs(x) + 0.5, d(-1, 3));
      default: return minimum(n, x);
    }
  }
  constexpr value whole_numbers(value x, value y, dice& d) {
    switch (d(0, 8)) {
      case 0: return within(x + y);
      case 1: return within(x - y);
      case 2: return within(x * y);
      case 3: return maximum(x, y);
      case 4: return minimum(x, y);
      case 5: return -x;
      case 6: return abs(x);
      case 7: return x * 2 + x;
      default: return sign(x) + x;
    }
  }
  constexpr value compared(value x, value y, dice& d) {
    switch (d(0, 7)) {
      case 0: return x < y;
      case 1: return x <= y;
      case 2: return x > y;
      case 3: return x >= y;
      case 4: return has_fractions(x.type()) ? round(x * 2) == round(y * 2) : x == y;
      case 5: return has_fractions(x.type()) ? round(x * 2) != round(y * 2) : x != y;
      case 6: return x == x;
      default: return x > 0;
    }
  }
  constexpr value permuted(value x, dice& d) {
    per_axis<transpose_axis> order(x.rank());
    const int first = (x.dims().rows_of != no_symbol);
    for (int i = 0; i < x.rank(); ++i) order[i] = {i};
    for (int i = x.rank() - 1; i > first; --i) {
      const int k = d(first, i);
      const transpose_axis kept = order[i];
      order[i] = order[k], order[k] = kept;
    }
    return emit<op::transpose>(g_, {x}, order, 0, {});
  }
  constexpr value broadcast(value x, dice& d) {
    shape s = x.dims();
    for (int i = (s.rows_of != no_symbol); i < s.rank; ++i)
      if (s[i] == 1) s[i] = d(1, 3);
    if (!s.rows_of && s.rank < max_rank && d.one_in(2)) {
      shape more{d(1, 3)};
      for (int i = 0; i < s.rank; ++i) more.push(s[i]);
      s = more;
    }
    return broadcast_to(x, s);
  }
  constexpr value framed(value x, dice& d) {
    per_axis<pad_axis> frame(x.rank());
    for (int i = (x.dims().rows_of != no_symbol); i < x.rank(); ++i) {
      frame[i].before = d(0, 2);
      frame[i].after = d(0, 2);
      frame[i].step = d.one_in(4) ? 2 : 1;
    }
    return emit<op::pad>(g_, {x}, frame, has_fractions(x.type()) ? d(-1, 2) * 0.5 : d(0, 1), {});
  }
  constexpr value sliced(value x, dice& d) {
    const int axis = free_axis(x, d), extent = x.dims()[axis], begin = d(0, extent - 1), end = d(begin + 1, extent);
    return slice(x, axis, begin, end, d.one_in(3) ? d(2, 3) : 1);
  }
  constexpr value side_by_side(value x, int at, dice& d) {
    const int axis = free_axis(x, d);
    vec<value> parts;
    parts.push(x);
    for (int i = d(0, 2); i > 0; --i) {
      const value y = any(at + i, x.type());
      bool fit = y.rank() == x.rank() && y.dims().rows_of == x.dims().rows_of;
      for (int k = 0; k < x.rank() && fit; ++k) fit = k == axis || y.dims()[k] == x.dims()[k];
      if (fit) parts.push(y);
      else if (x.type() == real_) parts.push(d.one_in(2) ? tanh(x) : sliced(x, d).dims() == x.dims() ? x * 0.5 : x + 1);
    }
    if (d.one_in(3)) parts.push(x);
    return concat(parts, axis);
  }

  builder& b_;
  graph& g_;
  const recipe& r_;
  int most_;
  dtype real_ = f32;  // what an ingredient computes in
  vec<value> values_, weights_;
  vec<char> used_;
};

}  // namespace fuzz
