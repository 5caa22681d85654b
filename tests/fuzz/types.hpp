// What random graphs do with values of any type: inputs and results of it, its arithmetic, reductions, moves, and casts between all of them.
#pragma once
#include "palette.hpp"

namespace fuzz {

class all_types : protected palette {
 protected:
  using palette::palette;

  static constexpr int kinds_of_types = 12;
  static constexpr dtype any_type(dice& d, bool wide) {
    constexpr dtype types[] = {f16, bf16, u8, i8, u16, i16, u32, i32, boolean, f64, i64, u64, f64, i64, u64, f32};
    return types[d(0, wide ? 15 : 8)];
  }
  // Which of the ingredients of one of them, computed with two values. Some of it is a result, to be compared as it is.
  constexpr value typed(int kind, int a, int b, bool wide, dice& d) {
    const dtype type = any_type(d, wide);
    real_ = type == f64 ? f64 : f32;
    const value x = number_of(type, a, d);
    const value y = made_of_two(kind, x, beside_it(x, b, d), b, wide, d);
    if (d.one_in(3) && y.valid() && y.dims().count() <= most_) {
      text t;
      b_.output(name(t, "typed", stored_++), y);
    }
    return y;
  }

  int stored_ = 0;

 private:
  // One that is there, an input, or seldom one made of f32, whose fractions leave open what whole numbers are.
  constexpr value number_of(dtype type, int at, dice& d) {
    bool is_there = false;
    for (const value& v : values_) is_there |= v.type() == type;
    if (is_there ? !d.one_in(4) : d.one_in(4)) return any(at, type);
    text t;
    keep(b_.input(name(t, "of", stored_++), d.one_in(3) ? rows({d(1, 20)}) : rows({d(1, 6), d(1, 9)}), type));
    return values_.back();
  }
  constexpr value beside_it(value x, int at, dice& d) {
    if (const value y = any(at, x.type()); !d.one_in(3) && fits(x.dims(), y.dims())) return y;
    if (!has_free_axis(x)) return x;
    const int axis = free_axis(x, d);
    return d.one_in(2) || x.type() == boolean ? reverse(x, axis) : d.one_in(2) ? reduce_max(x, axis, true) : reduce_min(x, axis, true);
  }
  constexpr value made_of_two(int kind, value x, value y, int at, bool wide, dice& d) {
    const dtype type = x.type();
    switch (kind) {
      case 0:
      case 1: return two(x, y, d);
      case 2: return one(x, d);
      case 3: return type == boolean ? (d.one_in(2) ? x == y : x != y) : compared(x, y, d);
      case 4: {
        value mask = any(at, boolean);
        if (!fits(mask.dims(), x.dims()) || !fits(mask.dims(), y.dims())) mask = type == boolean ? !x : x < y;
        return d.one_in(3) && type != boolean ? select(mask, x, d(0, 3)) : select(mask, x, y);
      }
      case 5:
      case 6: return as_other(x, any_type(d, wide), d);
      case 7: return reduced(x, d);
      case 8: return moved(x, at, d);
      case 9: return chosen(x, d);
      case 10: {
        if (type == boolean || !has_free_axis(x)) return x;
        const int axis = free_axis(x, d);
        const cumsum_options o{.exclusive = d.one_in(2), .reverse = d.one_in(2)};
        return has_fractions(type) ? cumsum(x * 0.4, axis, o) : cumsum(x, axis, o);
      }
      default: return x;
    }
  }
  constexpr value two(value x, value y, dice& d) {
    if (x.type() == boolean) {
      const int what = d(0, 4);
      return what == 0 ? x & y : what == 1 ? x | y : what == 2 ? x ^ y : what == 3 ? x && y : x || y;
    }
    if (has_fractions(x.type())) return binary(x, y, d);
    switch (d(0, 14)) {
      case 0: return x + y;
      case 1: return x - y;
      case 2: return x * y;
      case 3: return maximum(x, y);
      case 4: return minimum(x, y);
      case 5: return x / y;
      case 6: return x % y;
      case 7: return floor_divide(x, y);
      case 8: return remainder(x, y);
      case 9: return x << (y & 7);
      case 10: return x << y;
      case 11: return x >> y;
      case 12: return x & y;
      case 13: return x | y;
      default: return x ^ y;
    }
  }
  constexpr value one(value x, dice& d) {
    if (x.type() == boolean) return d.one_in(2) ? !x : ~x;
    if (has_fractions(x.type())) return unary(x, d);
    const int by = d(1, 9);
    switch (d(0, 10)) {
      case 0: return -x;
      case 1: return abs(x);
      case 2: return sign(x);
      case 3: return ~x;
      case 4: return x / by;
      case 5: return by % x;
      case 6: return floor_divide(x, by);
      case 7: return remainder(x, by);
      case 8: return x >> (by - 1);
      case 9: return x << by;
      default: return x * 99 + by;
    }
  }
  // 32 bits and more become bf16 by way of f32.
  static constexpr value as_other(value x, dtype to, dice& d) {
    const dtype from = x.type();
    if (has_fractions(from) && is_whole(to) && d.one_in(2)) x = x * 90;
    if (to == bf16 && is_whole(from) && !is_narrow(from)) x = cast(x, f32);
    return cast(x, to);
  }
  constexpr value reduced(value x, dice& d) {
    if (!x.rank()) return x;
    const dtype type = x.type();
    const int axis = d(0, x.rank() - 1), what = d(0, 6);
    const bool some = !d.one_in(3), kept = d.one_in(2);
    const axes over = some ? axes(axis) : axes();
    if (type == boolean) return what < 3 ? reduce_any(x, over, kept) : reduce_all(x, over, kept);
    if (what < 2 && has_free_axis(x)) {
      const int free = free_axis(x, d);
      return what == 0 ? argmax(x, free, kept) : argmin(x, free, kept);
    }
    const bool real = has_fractions(type);
    switch (what) {
      case 2: return real ? reduce_sum(x * 0.2, over, kept) : reduce_sum(x, over, kept);
      case 3: return !real ? reduce_prod(x, over, kept) : has_free_axis(x) ? reduce_prod(tanh(x) * 0.01 + 1, free_axis(x, d), kept) : x;
      case 4: return reduce_max(x, over, kept);
      case 5: return reduce_min(x, over, kept);
      default: return real ? reduce_mean(x, over, kept) : reduce_sum(x, over, kept);
    }
  }
  constexpr value moved(value x, int at, dice& d) {
    const int what = d(0, 6);
    if (what == 0) return reshape_to(x, reshaped(x.dims(), d));
    if (what == 1) return permuted(x, d);
    if (what == 2) return broadcast(x, d);
    if (!has_free_axis(x)) return x;
    switch (what) {
      case 3: return sliced(x, d);
      case 4: return reverse(x, free_axis(x, d));
      case 5: return framed(x, d);
      default: return side_by_side(x, at, d);
    }
  }
  // Of a table and along an axis, by whole numbers of any type, of which some lie outside.
  constexpr value chosen(value x, dice& d) {
    const bool whole = is_whole(x.type());
    if (whole && x.rank() <= 3 && d.one_in(2)) {
      const dtype of = any_type(d, is_wide(x.type()));
      real_ = of == f64 ? f64 : f32;
      const value table = weight({3, d(1, 5)}, d);
      return gather(as_other(of == f64 ? table : table * 80, of, d), d.one_in(2) ? minimum(x, 3) : remainder(x, 4));
    }
    if (!has_free_axis(x)) return x;
    const int axis = free_axis(x, d);
    const value part = slice(x, axis, 0, d(1, x.extent(axis)));
    const value index = whole ? part % 5 : x.type() == boolean ? cast(part, u8) + 1 : cast(part * 4, d.one_in(2) ? i32 : i8);
    return take_along_axis(x, index, axis);
  }
};

}  // namespace fuzz
