// Draws a recipe: a graph over all primitives, attributes, ranks, types and ways to broadcast.
#pragma once
#include <igata/loss/all.hpp>
#include <igata/optim/all.hpp>

#include "types.hpp"

namespace fuzz {

class drawing : all_types {
 public:
  constexpr drawing(builder& b, const recipe& r) : all_types(b, r, r.large() ? 8000 : r.most_rows > 100 ? 300 : 1500) {}

  constexpr void draw() {
    dice d(r_.seed);
    if (r_.large()) many_channels(d);
    else keep(b_.input("image", rows({d(2, 7), d(2, 7), d(1, 5)})));
    keep(b_.input("vector", rows({d(1, 20)})));
    if (r_.most_points) {
      dice set(r_.seed + 1);
      const program_dim points = b_.dim("points", r_.most_points);
      keep(b_.input("set", rows({set(1, 6)}, points)));
      if (set.one_in(2)) keep(b_.input("images", rows({set(2, 5), set(2, 5), set(1, 3)}, points)));
      if (set.one_in(3)) keep(b_.input("numbers", rows({}, points), i32, 4));
    }
    for (const ingredient& i : r_.list) {
      add(i);
      if (g_.failed()) return;
    }
    finish(d);
  }
  // Of ingredients; behind those of f32 such as have any type of 32 bits or less, then, with 64 bits too, the same again of f64 and of any type.
  static constexpr int kinds_of_f32 = 45, kinds = kinds_of_f32 + kinds_of_types, kinds_of_all = 2 * kinds + kinds_of_types;

 private:
  struct descent {
    constexpr value operator()(update& u, value w, value g) const {
      const value v = u.slot("momentum", 0.25), next = v * 0.9 + g;
      assign(v, next);
      return w - u.learning_rate(0.5) * next;
    }
  };

  constexpr void many_channels(dice& d) {
    value x = b_.input("image", rows({d(10, 14), d(10, 14), 16}));
    keep(x);
    for (int c = 16, i = 0; i < 2; ++i, c = 32) {
      const value w = weight({3, 3, c, 32}, d);
      x = conv2d(x * 0.5, w, {.padding = padding{d(0, 1), d(0, 1), 1, 1}});
      if (d.one_in(2)) x = x + weight({32}, d);
      if (d.one_in(2)) x = maximum(0, x);
      keep(x);
    }
  }
  // Products with weights, with themselves turned, over the batch.
  constexpr value product(value x, dice& d) {
    const int k = x.extent(-1), units = d(1, 9);
    switch (d(0, 6)) {
      case 0: return matmul(x, weight({units, k}, d), {.transpose_b = true});
      case 1: {  // the batch is no column
        const bool rows_are_batch = (x.dims().rows_of != no_symbol) && x.rank() == 2;
        return matmul(x, x, {.transpose_a = rows_are_batch, .transpose_b = !rows_are_batch}) * 0.2;
      }
      case 2: return matmul(x, tanh(x), {.transpose_a = true}) * 0.2;
      case 3: {
        const value y = matmul(x, weight({k, units}, d)), scaled = y * weight(part_of({units}, d), d);
        return scaled + weight({units}, d);
      }
      case 4: {
        const value y = matmul(x, weight({k, units}, d));
        return maximum(0, y + weight({units}, d));
      }
      case 5: {  // one matrix read both ways
        const value w = weight({k, units}, d);
        return matmul(matmul(x, w), w, {.transpose_b = true}) * 0.3;
      }
      default: return matmul(x, weight({k, units}, d));
    }
  }
  constexpr value convolution(value x, dice& d) {
    const int c = x.extent(3);
    conv2d_parameters p{.stride = {d(1, 2), d(1, 2)}, .dilation = {d.one_in(4) ? 2 : 1, d.one_in(4) ? 2 : 1}};
    if (d.one_in(2)) p.padding = padding::same;
    else p.padding = padding{d(0, 2), d(0, 2), d(0, 2), d(0, 2)};
    if (d.one_in(2)) p.stride = 1;
    const int which = d(0, 3);
    p.groups = which == 0 ? c : which == 1 && c % 2 == 0 ? 2 : 1;
    const int kh = d(1, 3), kw = d(1, 3), filters = p.groups * (which == 0 ? d(1, 2) : d(1, 4));
    const window w = window::make({kh, kw}, p.stride, p.dilation, p.padding, x.extent(1), x.extent(2));
    if (w.out_h(x.extent(1)) < 1 || w.out_w(x.extent(2)) < 1) return x;
    const value y = conv2d(x, weight({kh, kw, c / p.groups, filters}, d), p);
    switch (d(0, 3)) {
      case 0: return maximum(0, y + weight({filters}, d));
      case 1: {
        const value shifted = y + weight(part_of({filters}, d), d);
        return shifted * weight({filters}, d);
      }
      default: return y;
    }
  }
  constexpr value pooled(value x, dice& d) {
    const pair2 size{d(1, 3), d(1, 3)};
    pool2d_parameters p{.size = size, .stride = {d(1, 3), d(1, 3)}, .include_padding = d.one_in(3)};
    if (d.one_in(3)) p.padding = padding::same;
    else if (d.one_in(2)) p.padding = padding{d(0, size.h - 1), d(0, size.w - 1), d(0, size.h - 1), d(0, size.w - 1)};
    const window w = window::make(p.size, p.stride, 1, p.padding, x.extent(1), x.extent(2));
    if (w.out_h(x.extent(1)) < 1 || w.out_w(x.extent(2)) < 1 || w.pad_top >= w.kernel_h || w.pad_bottom >= w.kernel_h || w.pad_left >= w.kernel_w ||
        w.pad_right >= w.kernel_w)
      return x;
    return d.one_in(2) ? max_pool2d(x, p) : avg_pool2d(x, p);
  }
  constexpr value normalized(value x, dice& d) {
    const int mask = random_mask(x, d);
    if (d.one_in(2)) {
      const value e = exp(x - reduce(x, op::reduce_max, mask));
      return e / reduce(e, op::reduce_sum, mask);
    }
    const value centred = x - mean(x, mask);
    return centred * rsqrt(mean(centred * centred, mask) + 0.1);
  }
  constexpr value looked_up(int a, int b, dice& d) {
    value index = any(b, i32);
    if (d.one_in(2) || index.rank() > 3) {
      if (!index_.valid()) index_ = b_.input("index", rows({d(1, 4)}), i32, 3);
      index = index_;
    }
    value table = any(a);
    if (table.dims().rows_of || table.rank() < 1 || table.rank() + index.rank() - 1 > max_rank || table.dims()[0] < 3)
      table = weight({d(3, 6), d(1, 5)}, d);
    return emit<op::gather>(g_, {table, index}, {}, 0, {});  // a computed index may lie outside
  }
  constexpr value noise(value x, dice& d) {
    if (r_.kind == form::inference) return x;
    text t;
    const value u = cast(random_like(cast(x, f32), name(t, "draw", draws_++)), real_);
    switch (d(0, 2)) {
      case 0: return select(u >= 0.4, x * 2, 0);
      case 1: return x + (u - 0.5) * weight(part_of(x.dims(), d), d);
      default: return u;
    }
  }
  constexpr value counted(value x, dice& d) {
    if (r_.kind == form::inference || x.dims().rows_of) return x;
    text t;
    const value v = state_variable(x, name(t, "state", states_++), role::buffer, x.dims(), constant_initializer(0.5), real_);
    assign(v, v * 0.9 + x * 0.1);
    return d.one_in(2) ? x - v : v * 2;
  }

  constexpr void add(ingredient i) {
    dice d(i.word);
    real_ = i.kind >= kinds && i.kind < kinds + kinds_of_f32 ? f64 : f32;
    const bool wide = i.kind >= kinds;
    if (wide) i.kind -= kinds;
    if (i.kind >= kinds_of_f32) return keep(typed((i.kind - kinds_of_f32) % kinds_of_types, i.a, i.b, wide, d));
    const bool moves = i.kind >= 21 && i.kind <= 30;
    const value x = any(i.a, !moves || !d.one_in(4) ? real_ : d.one_in(2) ? i32 : boolean);
    switch (i.kind) {
      case 0:
      case 1:
      case 2: return keep(unary(x, d));
      case 3:
      case 4:
      case 5:
      case 6:
      case 7: return keep(binary(x, beside(x, i.b, d), d));
      case 8:
      case 9: return keep(with_number(x, d));
      case 10: {
        const value w = any(i.a, i32);
        return keep(whole_numbers(w, beside(w, i.b, d), d));
      }
      case 11: {
        const value y = any(i.a, d.one_in(3) ? i32 : real_);
        return keep(compared(y, beside(y, i.b, d), d));
      }
      case 12: {
        const value p = any(i.a, boolean), q = any(i.b, boolean);
        if (!fits(p.dims(), q.dims())) return keep(!p);
        return keep(d.one_in(2) ? p && q : p || q);
      }
      case 13:
      case 14: {
        value mask = any(i.b, boolean);
        if (!fits(mask.dims(), x.dims())) mask = x > 0.1;
        if (d.one_in(5)) return keep(select(mask, cast(x * 4, i32), 1));
        return keep(d.one_in(2) ? select(mask, x * 0.5, x) : select(mask, 0.25, x));
      }
      case 15: return keep(cast(any(i.a, d.one_in(2) ? i32 : boolean), real_) * 0.25);
      case 16: return keep(d.one_in(2) ? cast(x * 4, i32) : cast(any(i.a, boolean), i32));
      case 17:
      case 18:
      case 19: {
        if (d.one_in(4)) return keep(whole_reduction(any(i.a, d.one_in(2) ? i32 : boolean), d));
        if (!x.rank()) return;
        const int mask = random_mask(x, d), which = d(0, 4);
        const value y = which == 0   ? reduce(x, op::reduce_max, mask)
                        : which == 1 ? reduce(x, op::reduce_min, mask)
                        : which == 2 ? reduce(x, op::reduce_sum, mask) * 0.2
                                     : mean(x, mask);
        return keep(some_axes_dropped(y, d));
      }
      case 20: {
        const value y = d.one_in(4) ? any(i.a, i32) : x;
        if (!has_free_axis(y)) return;
        const int axis = free_axis(y, d);
        return keep(d.one_in(2) ? argmax(y, axis, d.one_in(2)) : argmin(y, axis, d.one_in(2)));
      }
      case 21:
      case 22: return keep(reshape_to(x, reshaped(x.dims(), d)));
      case 23:
      case 24:
      case 25: return keep(permuted(x.rank() > 1 ? x : any_of_rank(i.a, 2), d));
      case 26: return keep(broadcast(x, d));
      case 27: return has_free_axis(x) ? keep(sliced(x, d)) : void();
      case 28: return has_free_axis(x) ? keep(reverse(x, free_axis(x, d))) : void();
      case 29: return has_free_axis(x) ? keep(framed(x, d)) : void();
      case 30: return has_free_axis(x) ? keep(side_by_side(x, i.b, d)) : void();
      case 31:
      case 32: {
        const value y = any_of_rank(i.a, 2);
        return y.rank() >= 2 ? keep(product(y, d)) : void();
      }
      case 33:
      case 34: return keep(convolution(any_of_rank(i.a, 4, 4), d));
      case 35: return keep(pooled(any_of_rank(i.a, 4, 4), d));
      case 36: return x.rank() ? keep(normalized(x, d)) : void();
      case 37: return keep(looked_up(i.a, i.b, d));
      case 38: return d.one_in(3) ? keep(one_hot_of(i.a, d)) : keep(counted(x, d));
      case 39: return keep(noise(x, d));
      case 41: {
        const value y = d.one_in(4) ? any(i.a, i32) : x;
        if (!has_free_axis(y)) return;
        const int axis = free_axis(y, d);
        const cumsum_options o{.exclusive = d.one_in(2), .reverse = d.one_in(2)};
        const value sums = cumsum(y, axis, o);
        return keep(y.type() == real_ ? sums * 0.4 : sums);
      }
      case 42: {  // some of it lies outside
        if (d.one_in(6)) {
          const int put = d(1, 5), width = d(1, 3);
          const value index = iota(x.owner(), put) * d(0, 2) + (d(0, 3) - 1), rows = tanh(weight({put, width}, d));
          return keep(scatter(tanh(weight({d(1, 4), width}, d)), index, rows, static_cast<scatter_reduction>(d(0, 4))));
        }
        if (!has_free_axis(x)) return;
        const int axis = free_axis(x, d);
        value index = cast(slice(tanh(x), axis, 0, d(1, x.extent(axis))) * 3, i32);
        if (d.one_in(2)) index = index + 1;
        const bool whole = d.one_in(4);
        if (d.one_in(3)) {
          const scatter_reduction how = static_cast<scatter_reduction>(d(0, 4));
          const value to = whole ? cast(x * 4, i32) : x, from = cast(tanh(slice(x, axis, 0, index.extent(axis))) * 3, to.type());
          return keep(put_along_axis(to, index, how == scatter_reduction::mul && !whole ? from * 0.3 : from, axis, how));
        }
        return keep(take_along_axis(whole ? cast(x * 4, i32) : x, index, axis));
      }
      case 44: {
        if (d.one_in(4)) {
          if (!has_free_axis(x)) return;
          const int axis = free_axis(x, d);
          return keep(reduce_prod(tanh(x) * 0.01 + 1, axis, d.one_in(2)));
        }
        const value w = any(i.a, i32);
        return keep(divided(w, beside(w, i.b, d), d));
      }
      case 43: return keep(d.one_in(2) ? narrowed(any(i.a, d.one_in(3) ? i32 : real_), d) : stored_number(d));
      default: return keep(fixed_number(d));
    }
  }
  constexpr value one_hot_of(int a, dice& d) {
    const value w = any(a, i32);
    if (w.rank() == max_rank) return w;
    const int steps = w.rank() == 0 ? 3 : w.rank() == 1 && w.dims().rows_of ? 1 : w.extent(-1);  // rows are no number
    return d.one_in(2) ? one_hot(w, d(1, 5)) : cast(within(w), f32) * cast(iota(g_, steps), f32) * 0.02;
  }

  constexpr value whole_reduction(value x, dice& d) {
    if (!x.rank()) return x;
    const int axis = d(0, x.rank() - 1);
    const bool some = d.one_in(2), kept = d.one_in(2);
    const axes over = some ? axes(axis) : axes();
    if (x.type() == boolean) return d.one_in(2) ? reduce_any(x, over, kept) : reduce_all(x, over, kept);
    if (d.one_in(3)) x = x * 999999937;
    const value y = d.one_in(3) ? reduce_max(x, over, kept) : d.one_in(2) ? reduce_min(x, over, kept) : reduce_sum(x, over, kept);
    return within(y);
  }
  // Narrow numbers wrap to their type in arithmetic, and keep it where they are moved.
  constexpr value worked(value x, dice& d) {
    if (!has_free_axis(x)) return -x;
    const int axis = free_axis(x, d);
    const value y = reverse(x, axis);
    switch (d(0, 19)) {
      case 15: return reduce_sum(x, axis, true) + x;
      case 16: return x - reduce_max(x, axis, true);
      case 17: return cast(argmin(x, axis, true), x.type()) * x + reduce_min(x, axis, true);
      case 0: return x + y;
      case 1: return x - y;
      case 2: return x * y;
      case 3: return maximum(x, y) - 3;
      case 4: return minimum(x, y);
      case 5: return -x;
      case 6: return abs(x);
      case 7: return sign(x) + y;
      case 8: return select(x < y, x, y);
      case 9: return select(x >= 5, x, 7) * 5;
      case 10: return framed(x, d);
      case 11: return concat({x, x + y, y}, axis);
      case 12:
        return x.rank() == max_rank ? x
                                    : gather(cast(weight({3, d(1, 5)}, d) * 80, x.type()), select(x == y, 1, cast(minimum(maximum(x, 0), 3), i32)));
      case 18: {
        const int length = d(1, x.extent(axis));
        return put_along_axis(x, cast(slice(y, axis, 0, length), i32) * 1, slice(x + 1, axis, 0, length), axis,
                              static_cast<scatter_reduction>(d(0, 4)));
      }
      case 13: return take_along_axis(x, cast(slice(x, axis, 0, d(1, x.extent(axis))), i32) * 1, axis);  // computed: some of it lies outside
      case 14: return cumsum(x, axis, {.reverse = d.one_in(2)});
      default: return cast(x + 1, stored_type(d)) * 3;
    }
  }
  // Quotients, rests, shifts and bits of whole numbers of any 32 bits or fewer.
  constexpr value divided(value x, value y, dice& d) {
    const dtype type = d.one_in(2) ? i32 : stored_type(d);
    const int by = d(1, 9);
    if (d.one_in(3)) x = x * 77777777;
    x = cast(x, type), y = cast(y, type);
    const int what = d(0, 14);
    const value z = what == 0    ? x / y
                    : what == 1  ? x % y
                    : what == 2  ? floor_divide(x, y)
                    : what == 3  ? remainder(x, y)
                    : what == 4  ? x / by
                    : what == 5  ? by % x
                    : what == 6  ? x << (y & 7)
                    : what == 7  ? x << y
                    : what == 8  ? x >> y
                    : what == 9  ? x >> (by - 1)
                    : what == 10 ? (x & y) + 1
                    : what == 11 ? x | by
                    : what == 12 ? x ^ ~y
                    : what == 13 ? reduce_prod(x, axes(), true)
                                 : cast((x > y) ^ (x == by), type);
    return within(cast(z, i32));
  }
  // An input of such a type, which is moved and cast.
  constexpr value stored_number(dice& d) {
    text t;
    const dtype type = stored_type(d);
    value x = b_.input(name(t, "stored", stored_++), rows({d(1, 6), d(1, 9)}), type);
    if (d.one_in(3)) x = transpose(x, {0, 2, 1});
    if (d.one_in(4)) x = reshape(x, {x.extent(1) * x.extent(2)});
    if (d.one_in(4)) x = slice(x, -1, d(0, x.extent(-1) - 1), x.extent(-1));
    if (d.one_in(5)) x = slice(x, -1, 0, 1);
    for (int turns = d(0, 3); turns > 0; --turns) x = worked(x, d);
    if (d.one_in(4)) b_.output(name(t, "worked", stored_++), x);
    if ((x.type() == u8 || x.type() == i8) && x.rank() >= 2 && d.one_in(2)) return within(byte_product(x, d));
    return d.one_in(3) ? within(cast(x, i32)) : cast(x, f32) * 0.01;
  }
  constexpr value byte_product(value x, dice& d) {
    if (x.rank() > 2 && d.one_in(3)) return matmul(x, x, {.transpose_b = true});
    if (x.rank() == 3 && d.one_in(2)) return byte_convolution(x, d);
    const int k = x.extent(-1), units = d(1, 5);
    const bool turned = d.one_in(2);
    const value w = weight(turned ? shape{units, k} : shape{k, units}, d) * 90;
    return matmul(x, cast(w, d.one_in(2) ? u8 : i8), {.transpose_b = turned});
  }
  constexpr value byte_convolution(value x, dice& d) {
    x = d.one_in(2) ? reshape(x, {x.extent(1), x.extent(2), 1}) : reshape(x, {x.extent(1), 1, x.extent(2)});
    const bool alone = d.one_in(3);  // pixels by themselves
    conv2d_parameters p;
    if (!alone) p.padding = padding{d(0, 2), d(0, 2), d(0, 1), d(0, 1)}, p.stride = {d(1, 2), d(1, 2)}, p.dilation = d.one_in(4) ? 2 : 1;
    if (d.one_in(2)) p.padding_value = x.type() == u8 ? d(0, 255) : d(-128, 127);
    const auto kernel = [&](int extent) { return alone || p.dilation.h > 1 ? 1 : d(1, extent < 3 ? extent : 3); };
    const int kh = kernel(x.extent(1)), kw = kernel(x.extent(2)), filters = d(1, 5);
    const value w = weight({kh, kw, x.extent(3), filters}, d) * 90;
    return conv2d(x, cast(w, d.one_in(2) ? u8 : i8), p);
  }
  // A value that is stored in such a type: a result as it is or turned, and read again.
  constexpr value narrowed(value x, dice& d) {
    text t;
    const dtype type = stored_type(d);
    value y = cast(x.type() != i32 ? x * (d.one_in(2) ? 90 : 30000) : x * 77777, type);
    if (y.rank() == 3 && d.one_in(2)) y = transpose(y, {0, 2, 1});
    for (int turns = d(0, 2); turns > 0; --turns) y = worked(y, d);
    if (d.one_in(2)) b_.output(name(t, "narrow", stored_++), y);
    return d.one_in(3) ? within(cast(y, i32)) : cast(y, f32) * 0.0001;
  }
  static constexpr dtype stored_type(dice& d) {
    constexpr dtype types[] = {u8, i8, u16, i16};
    return types[d(0, 3)];
  }
  // Also what is there before the program runs may be a result.
  constexpr value fixed_number(dice& d) {
    const int whole = d(-3, 3);
    value x = constant(g_, d.one_in(2) ? whole : 0.1 * whole, f32);
    if (d.one_in(3)) x = cast(x, i32);
    if (d.one_in(3)) x = x > 0;
    return d.one_in(2) ? broadcast_to(x, part_of(shape{d(1, 3), d(1, 3)}, d)) : x;
  }

  // The outputs: the last value and others; then one that sums up what nothing reads. What trains learns from all of it.
  constexpr void finish(dice& d) {
    real_ = f32;
    const value last = values_.back();
    int shown = 0;
    text t;
    for (int i = 1; i < r_.outputs; ++i) {
      const int at = d(0, 255);
      const value y = i == 1 ? last : any(at, d.one_in(5) ? i32 : f32);
      b_.output(name(t, "y", shown++), y);
    }
    value rest = mean_of(values_[0]) + mean_of(values_[1]);
    for (int i = 2; i < values_.size(); ++i)
      if (!used_[i]) rest = rest + mean_of(values_[i]);
    if (index_.valid()) rest = rest + mean_of(index_);
    b_.output("rest", rest);
    if (r_.kind != form::training) return;
    for (const value& w : weights_) rest = rest + mean_of(w);
    if (weights_.empty()) rest = rest + mean_of(parameter({3}, d));
    if (d.one_in(4)) {
      vec<value> by;
      by.push(values_[0]);
      const vec<value> slopes = gradients(rest, by);
      if (slopes[0].valid()) b_.output("slope", slopes[0]);
    }
    if (d.one_in(2)) {
      for (const value& v : values_)
        if (v.type() == f64) real_ = f64;
      const value loss = lost(d);
      b_.output("loss", loss);
      rest = cast(rest, loss.type()) + loss;
    }
    switch (d(0, 7)) {
      case 0: return b_.minimize(rest, "*", descent{}, optim::gradient_hook{});
      case 1: return b_.minimize(rest, "*", optim::sgd{.learning_rate = 0.1, .momentum = 0.5, .weight_decay = 0.01, .nesterov = true});
      case 2: return b_.minimize(rest, "*", optim::adam{.learning_rate = 0.1, .epsilon = 0.01}, optim::clip_by_global_norm{.limit = 0.1});
      case 3: return b_.minimize(rest, "*", optim::rmsprop{.learning_rate = 0.1, .epsilon = 0.01});
      default: return b_.minimize(rest, "*", descent{});
    }
  }
  constexpr value lost(dice& d) {
    const value x = tanh(any_of_rank(d(0, 255), 2));
    const value y = has_free_axis(x) ? reverse(x, free_axis(x, d)) : x * 0.5;
    const int which = d(0, 5);
    if (x.rank() >= 2 && which == 4) return loss::softmax_cross_entropy{.label_smoothing = 0.1}(x, argmax(y, -1));
    if (x.rank() >= 2 && which == 5) return loss::softmax_cross_entropy{}(x, exp(tanh(y)) * 0.1);
    return which == 0   ? loss::mse{}(x, y)
           : which == 1 ? loss::mae{}(x, y)
           : which == 2 ? loss::huber{.delta = 0.5}(x, y)
                        : loss::binary_cross_entropy{}(x, sigmoid(y));
  }
  constexpr value mean_of(value x) {
    if (x.type() != f32) x = cast(x, f32) * 0.1;
    x = tanh(x);
    return x.rank() ? reduce_mean(x) : x;
  }

  int draws_ = 0, states_ = 0;
  value index_;
};

}  // namespace fuzz
