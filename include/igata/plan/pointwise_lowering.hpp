// Lower: the elementwise members of a group as one pointwise program.
#pragma once
#include "../ops/random.hpp"
#include "program_writer.hpp"

namespace igata::inline IGATA_ABI::detail {

class pointwise_lowering : program_writer {
 public:
  using program_writer::program_writer;

  // `accumulator`: for a contraction the node that is register 0 from the start. `skip`: a member that became the kernel's bias.
  constexpr lowered run(int index, int accumulator, int skip) {
    out_ = {};
    used_.clear();
    code_.clear();
    failed_ = -1;
    index_ = index;
    const node_group& of = f_.groups.items[index];
    wide_ = of.wide;
    if (accumulator >= 0) {
      out_.inputs.push({accumulator, 0});
      set(accumulator, 0);
    }
    if (skip >= 0) set(skip, 0);
    for (const int id : of.members)
      if (id != skip) member(id);
    if (of.kind == group_kind::copy) result(input(of.anchor), of.anchor);
    if (accumulator >= 0 && skip < 0 && f_.stored(accumulator)) result(0, accumulator);
    for (const int id : of.members)
      if (f_.stored(id)) result(register_.items[id], id);
    for (const int id : of.reductions) {
      const int x = g_.operand(g_.nodes.items[id], 0);
      result(input(x), x);
    }
    finish();
    for (const int id : used_) register_.items[id] = -1;
    return std::move(out_);
  }
  constexpr int failed() const { return failed_; }  // a node that no instruction computes, or -1

 private:
  // A product that only the sum at hand reads becomes part of it.
  constexpr bool is_lone_product(int x) const {
    return g_.nodes.items[x].code == op::mul && is_floating(g_.nodes.items[x].type) && f_.group_of.items[x] == index_ && f_.copied_by.items[x] < 0 &&
           f_.uses.items[x] == 1 && f_.inside.items[x] == 1;
  }

  constexpr void member(int id) {
    const node& v = g_.nodes.items[id];
    const dtype type = v.arity > 0 ? g_.operand_node(v, v.code == op::select ? 1 : 0).type : f32;  // of the numbers that it reads
    const bool integer = is_whole(type) || type == boolean, no_sign = type == u64 || type == u32;
    if (v.code == op::mul && is_lone_product(id) && sum_follows(id)) return;  // its sum does it
    const auto a = [&] { return operand(v, 0); };
    const auto b = [&] { return operand(v, 1); };
    const auto one = [&](opcode code) { return emit(code, a()); };
    const auto two = [&](opcode real, opcode whole) {
      const int x = a(), y = b();
      return emit(integer ? whole : real, x, y);
    };
    const auto inverted = [&](int m) { return emit(opcode::bit_xor, m, bits(wide_ ? ~std::uint64_t{0} : 0xffffffffu)); };
    // Numbers without a sign are compared as those with one, the uppermost bit turned.
    const auto turned = [&](int x) { return no_sign ? emit(opcode::bit_xor, x, bits(uppermost())) : x; };
    const auto ordered = [&](opcode real, opcode compared) {
      if (!no_sign) return two(real, compared);
      const int x = turned(a()), y = turned(b());
      return emit(compared, x, y);
    };
    const auto opposite = [&] {
      const int x = a();
      return emit(opcode::isub, whole(0), x);
    };
    int r = -1;
    switch (v.code) {
      case op::neg: r = integer ? opposite() : one(opcode::neg); break;
      case op::abs: r = no_sign ? a() : integer ? emit(opcode::imax, a(), opposite()) : one(opcode::abs); break;
      case op::sign:
        if (no_sign) {
          const int x = a();
          r = emit(opcode::mask_to_i32, inverted(emit(opcode::ieq, x, whole(0))));
        } else if (integer) {
          const int x = a(), low = whole(-1), high = whole(1);
          r = emit(opcode::imin, emit(opcode::imax, x, low), high);
        } else {
          r = one(opcode::sign);
        }
        break;
      case op::reciprocal: r = one(opcode::reciprocal); break;
      case op::sqrt: r = one(opcode::sqrt); break;
      case op::rsqrt: r = one(opcode::rsqrt); break;
      case op::exp: r = one(opcode::exp); break;
      case op::expm1: r = one(opcode::expm1); break;
      case op::log: r = one(opcode::log); break;
      case op::log1p: r = one(opcode::log1p); break;
      case op::tanh: r = one(opcode::tanh); break;
      case op::sigmoid: r = one(opcode::sigmoid); break;
      case op::erf: r = one(opcode::erf); break;
      case op::sin: r = one(opcode::sin); break;
      case op::cos: r = one(opcode::cos); break;
      case op::floor: r = one(opcode::floor); break;
      case op::ceil: r = one(opcode::ceil); break;
      case op::round: r = one(opcode::round); break;
      case op::logical_not: r = inverted(a()); break;
      case op::cast: r = wide_ ? converted_wide(v) : converted(id, v); break;
      case op::add: {
        const int p = g_.operand(v, 0), q = g_.operand(v, 1);
        const int product = is_lone_product(p) ? p : is_lone_product(q) ? q : -1;
        if (product >= 0) {
          const node& m = g_.nodes.items[product];
          const int x = operand(m, 0), y = operand(m, 1), z = input(product == p ? q : p);
          r = emit(opcode::fma, x, y, z);
        } else {
          r = two(opcode::add, opcode::iadd);
        }
        break;
      }
      case op::sub: r = two(opcode::sub, opcode::isub); break;
      case op::mul: r = two(opcode::mul, opcode::imul); break;
      case op::div: r = two(opcode::div, no_sign ? opcode::udiv : opcode::idiv); break;
      case op::rem: r = two(opcode::count_, no_sign ? opcode::urem : opcode::irem); break;
      case op::bitwise_left_shift: r = two(opcode::count_, opcode::shl); break;
      case op::bitwise_right_shift: r = two(opcode::count_, no_sign ? opcode::ushr : opcode::ishr); break;
      case op::bitwise_and: r = two(opcode::bit_and, opcode::bit_and); break;
      case op::bitwise_or: r = two(opcode::bit_or, opcode::bit_or); break;
      case op::bitwise_xor: r = two(opcode::bit_xor, opcode::bit_xor); break;
      case op::maximum: {
        const node& first = g_.operand_node(v, 0);
        r = turned(ordered(first.code == op::constant && first.number == first.number ? opcode::max_of_number : opcode::max, opcode::imax));
        break;
      }
      case op::minimum: r = turned(ordered(opcode::min, opcode::imin)); break;
      case op::pow: r = two(opcode::pow, opcode::pow); break;
      case op::equal: r = two(opcode::eq, opcode::ieq); break;
      case op::not_equal: r = integer ? inverted(two(opcode::eq, opcode::ieq)) : two(opcode::ne, opcode::ne); break;
      case op::less: r = ordered(opcode::lt, opcode::ilt); break;
      case op::less_equal: {
        const int x = turned(a()), y = turned(b());
        r = integer ? inverted(emit(opcode::ilt, y, x)) : emit(opcode::le, x, y);
        break;
      }
      case op::logical_and: r = two(opcode::bit_and, opcode::bit_and); break;
      case op::logical_or: r = two(opcode::bit_or, opcode::bit_or); break;
      case op::select: {
        const int m = a(), x = b(), y = operand(v, 2);
        r = emit(opcode::select, m, x, y);
        break;
      }
      case op::random_uniform: {
        const int seed = a(), step = b(), name = bits(static_cast<std::uint32_t>(attributes_of<op::random_uniform>(g_, v).stream));
        r = emit(opcode::uniform, emit(opcode::random, seed, name, step));
        out_.program.has_random = 1;
        break;
      }
      default: failed_ = id; r = 0;
    }
    set(id, r);
  }
  // The reader of a lone product is in the same group; it takes the product in when it is an addition that takes no other one.
  constexpr bool sum_follows(int product) const {
    for (const int id : f_.groups.items[index_].members) {
      const node& v = g_.nodes.items[id];
      if (v.code != op::add) continue;
      const int p = g_.operand(v, 0), q = g_.operand(v, 1);
      if (p == product) return true;
      if (q == product) return !is_lone_product(p);
    }
    return false;
  }

  constexpr void finish() {
    pointwise_program& p = out_.program;
    const int inputs = out_.inputs.count;
    if (inputs > max_pointwise_inputs || code_.count > max_pointwise_length || out_.outputs.count > max_pointwise_outputs)
      failed_ = f_.groups.items[index_].members[0];
    if (wide_) p.has_random |= 2;
    const auto fixed = [&](int r) { return static_cast<std::uint8_t>(r < first_result ? r : r - first_result + inputs); };
    p.inputs = static_cast<std::uint8_t>(inputs);
    p.outputs = static_cast<std::uint8_t>(out_.outputs.count);
    p.length = static_cast<std::uint8_t>(code_.count);
    for (int i = 0; i < code_.count; ++i) {
      const instruction& c = code_.items[i];
      const int arity = opcode_arity[static_cast<int>(c.code)];
      p.code[i] = instruction{c.code, fixed(c.a), arity > 1 ? fixed(c.b) : std::uint8_t{0}, arity > 2 ? fixed(c.c) : std::uint8_t{0}}.pack();
    }
    for (int i = 0; i < out_.outputs.count; ++i) p.result[i] = fixed(p.result[i]);
  }
};

}  // namespace igata::inline IGATA_ABI::detail
