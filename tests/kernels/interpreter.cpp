// Pointwise programs by the interpreter: the same bits as by their own functions, on every instruction set.
#include "testing.hpp"

#include <bit>
#include <cmath>
#include <utility>

#include <igata/core/random.hpp>

using namespace testing_kernels;
using igata::plan::column_access;
using igata::plan::interpreted_program;
using igata::plan::opcode;
using igata::plan::pointwise_args;
using igata::plan::pointwise_program;

namespace {

// What a register holds.
enum class kind { real, whole, mask };
constexpr kind result_of(opcode code) {
  if ((code >= opcode::eq && code <= opcode::le) || code == opcode::ieq || code == opcode::ilt) return kind::mask;
  if ((code >= opcode::iadd && code <= opcode::ushr) || code == opcode::to_i32 || code == opcode::mask_to_i32 || code == opcode::random)
    return kind::whole;
  if (code >= opcode::bit_and && code <= opcode::bit_xor) return kind::mask;
  return kind::real;
}
constexpr kind operand_of(opcode code, int which) {
  if ((code >= opcode::iadd && code <= opcode::ilt) || code == opcode::to_f32 || code == opcode::uniform || code == opcode::random)
    return kind::whole;
  if ((code >= opcode::bit_and && code <= opcode::bit_xor) || code == opcode::mask_to_f32 || code == opcode::mask_to_i32) return kind::mask;
  return code == opcode::select && which == 0 ? kind::mask : kind::real;
}

// The instruction on its own: three inputs, one result. Of `random` they are single numbers.
template <int Code>
constexpr pointwise_program single() {
  pointwise_program p{};
  p.inputs = 3, p.outputs = 1, p.length = 1;
  p.code[0] = igata::plan::instruction{static_cast<opcode>(Code), 0, 1, 2}.pack();
  p.result[0] = 3;
  if (static_cast<opcode>(Code) == opcode::random) p.kind[0] = p.kind[1] = p.kind[2] = column_access::scalar, p.has_random = 1;
  return p;
}
// A link behind another: an instruction on what that gives and on other inputs, in memory or numbers.
template <int Form>
constexpr pointwise_program linked() {
  constexpr igata::plan::link_form form = igata::plan::link_forms.of[Form];
  pointwise_program p{};
  p.inputs = 3, p.outputs = 1, p.length = 1;
  p.code[0] = igata::plan::instruction{opcode::neg, 0, 0, 0}.pack();
  if (form.number) p.kind[1] = column_access::scalar;
  if (form.kind == igata::plan::link_kind::instruction) {
    std::uint8_t at[] = {1, 2, 2};
    if (form.place != 0) at[1] = 1;
    at[form.place] = 3;
    if (form.place == 0) at[1] = form.itself ? 3 : 1;
    p.code[p.length++] = igata::plan::instruction{form.code, at[0], at[1], at[2]}.pack();
  }
  p.result[0] = static_cast<std::uint8_t>(2 + p.length);
  return p;
}
// Some inputs of every kind and up to 60 instructions on what there is; results are any registers, inputs too.
template <int Seed>
constexpr pointwise_program drawn() {
  std::uint32_t count = 0;
  const auto below = [&](int n) {
    return static_cast<int>(igata::random_bits({1234u, static_cast<std::uint32_t>(Seed)}, {count++, 0}).x % static_cast<std::uint32_t>(n));
  };
  pointwise_program p{};
  kind holds[igata::plan::max_pointwise_registers]{};
  p.inputs = static_cast<std::uint8_t>(1 + below(6));
  for (int i = 0; i < p.inputs; ++i) p.kind[i] = i == 0 ? column_access::contiguous : static_cast<column_access>(below(3));
  const int length = Seed % 8 == 0 ? 60 : 1 + below(12);
  for (int tries = 0; p.length < length && tries < 4000; ++tries) {
    const auto code = static_cast<opcode>(below(static_cast<int>(opcode::count_)));
    if (code == opcode::random) continue;
    std::uint8_t at[3]{};
    bool fits = true;
    for (int n = 0; n < igata::plan::opcode_arity[static_cast<int>(code)]; ++n) {
      const int registers = p.inputs + p.length, near = below(2) == 0 && registers > 4 ? registers - 4 : 0;
      at[n] = static_cast<std::uint8_t>(near + below(registers - near));
      fits &= holds[at[n]] == operand_of(code, n);
    }
    if (!fits) continue;
    holds[p.inputs + p.length] = result_of(code);
    p.code[p.length++] = igata::plan::instruction{code, at[0], at[1], at[2]}.pack();
  }
  p.outputs = static_cast<std::uint8_t>(1 + below(3));
  for (int o = 0; o < p.outputs; ++o)
    p.result[o] = static_cast<std::uint8_t>(o == 0 ? p.inputs + p.length - 1 : below(p.inputs + p.length));
  return p;
}

struct both_forms {
  pointwise_program program;
  igata::plan::pointwise_fn own;
};
template <std::size_t... I>
std::vector<both_forms> singles(isa which, std::index_sequence<I...>) {
  return {{single<static_cast<int>(I)>(), pointwise_of<single<static_cast<int>(I)>()>(which)}...};
}
template <std::size_t... I>
std::vector<both_forms> links(isa which, std::index_sequence<I...>) {
  return {{linked<static_cast<int>(I)>(), pointwise_of<linked<static_cast<int>(I)>()>(which)}...};
}
template <std::size_t... I>
std::vector<both_forms> draws(isa which, std::index_sequence<I...>) {
  return {{drawn<static_cast<int>(I)>(), pointwise_of<drawn<static_cast<int>(I)>()>(which)}...};
}

// Bits, but for those of a NaN, which depend on the order of an addition's operands.
bool same_numbers(const buffer& a, const buffer& b) {
  for (ptrdiff_t i = 0; i < a.size(); ++i) {
    const real x = a[i], y = b[i];
    if (std::memcmp(&x, &y, sizeof x) != 0 && !(x != x && y != y)) return false;
  }
  return a.intact() && b.intact();
}
buffer numbers(ptrdiff_t n, unsigned seed, ptrdiff_t offset = 0) {
  buffer b(n, 0, offset);
  for (ptrdiff_t i = 0; i < n; ++i) b[i] = 8 * igata::random_uniform(igata::random_bits({seed, 3}, {static_cast<std::uint32_t>(i), 0}).x) - 4;
  return b;
}

// Rows with a gap between them, by both; `in_place`: the first result is the first input's memory.
void compare(const both_forms& f, isa which, ptrdiff_t rows, ptrdiff_t cols, ptrdiff_t gap, bool in_place) {
  const interpreted_program p(f.program);
  const int inputs = f.program.inputs, outputs = f.program.outputs;
  const ptrdiff_t row = cols + gap, stride = 3;
  std::vector<buffer> in, results;
  for (int i = 0; i < inputs; ++i) in.push_back(numbers(rows * row * stride, static_cast<unsigned>(i), i % 2));
  results.reserve(static_cast<std::size_t>(2 * outputs));
  for (int form = 0; form < 2; ++form) {
    pointwise_args args{};
    for (int i = 0; i < inputs; ++i) {
      const column_access k = f.program.kind[i];
      args.in[i] = in[static_cast<std::size_t>(i)].data();
      args.in_col[i] = k == column_access::contiguous ? 1 : k == column_access::scalar ? 0 : i % 3 == 2 ? i % 2 : stride;
      args.in_row[i] = k == column_access::contiguous ? row : 1;
    }
    for (int o = 0; o < outputs; ++o) {
      if (o == 0 && in_place) results.push_back(in[0]);
      else results.emplace_back(rows * row, -1.f, o);
      args.out[o] = results.back().data();
      args.out_row[o] = row;
      if (o == 0 && in_place) args.in[0] = results.back().data();
    }
    args.rows = rows, args.cols = cols, args.index = 77, args.index_row = static_cast<std::uint32_t>(cols);
    args.program = form == 1 ? &p : nullptr;
    drivers::run_rows(form == 1 ? interpreted_by(which, p) : f.own, args, inputs, outputs);
  }
  for (int o = 0; o < outputs; ++o)
    EXPECT_TRUE(same_numbers(results[static_cast<std::size_t>(o)], results[static_cast<std::size_t>(outputs + o)]))
        << "result " << o << " of " << rows << "x" << cols << ", gap " << gap << (in_place ? ", in place" : "");
}

// Three inputs of numbers of every kind, as many as strips have and some more.
void compare_specials(const std::vector<both_forms>& all, isa which) {
  const real specials[] = {0.f,           -0.f,       1.f,        -1.f,   0.5f,     -0.5f,     1.5f,      2.5f,   -2.5f,  3.f,
                            -3.f,          10.25f,     -77.7f,     100.f,  -100.f,   1e-3f,     1e-40f,    1e30f,  -1e30f, 2147483648.f,
                            -2147483648.f, 8388607.5f, 16777217.f, 0.693f, infinite, -infinite, quiet_nan, 1e-45f, 88.7f,  -88.f};
  const auto n = static_cast<ptrdiff_t>(std::size(specials) * std::size(specials));
  buffer a(n), b(n), c(n);
  for (ptrdiff_t i = 0; i < n; ++i) {
    a[i] = specials[static_cast<std::size_t>(i) / std::size(specials)];
    b[i] = specials[static_cast<std::size_t>(i) % std::size(specials)];
    c[i] = static_cast<real>(i % 13);
  }
  for (const both_forms& f : all) {
    const interpreted_program p(f.program);
    buffer own(n, -1), interpreted(n, -2);
    pointwise_args args{};
    args.in[0] = a.data(), args.in[1] = b.data(), args.in[2] = c.data();
    args.in_col[0] = args.in_col[1] = args.in_col[2] = 1;
    args.rows = 1, args.cols = n, args.index = 4294967290u;
    args.out[0] = own.data();
    f.own(args);
    args.out[0] = interpreted.data(), args.program = &p;
    interpreted_by(which, p)(args);
    EXPECT_TRUE(same_numbers(own, interpreted)) << igata::plan::opcode_name[f.program.code[f.program.length - 1] & 255];
  }
}
TEST(interpreter, every_opcode) {
  for_each_isa([](const kernel_set&, isa which) {
    compare_specials(singles(which, std::make_index_sequence<static_cast<std::size_t>(opcode::count_)>{}), which);
  });
}
TEST(interpreter, every_link) {
  for_each_isa([](const kernel_set&, isa which) {
    const auto all = links(which, std::make_index_sequence<static_cast<std::size_t>(igata::plan::link_forms.count)>{});
    for (int form = 0; form < igata::plan::link_forms.count; ++form) {  // each is what its program consists of
      const interpreted_program p(all[static_cast<std::size_t>(form)].program);
      int found = 0;
      for (int k = 0; k < p.count; ++k) found += p.steps[k].function == igata::plan::opcode_count + form;
      EXPECT_EQ(found > 0, igata::plan::link_forms.of[form].kind != igata::plan::link_kind::store) << form;
    }
    compare_specials(all, which);
  });
}
TEST(interpreter, every_form) {
  for_each_isa([](const kernel_set&, isa which) {
    int seed = 0;
    for (const both_forms& f : draws(which, std::make_index_sequence<24>{})) {
      SCOPED_TRACE(seed++);
      for (const ptrdiff_t cols : {0, 1, 3, 4, 10, 16, 33, 100, 127, 513, 1400})
        for (const ptrdiff_t rows : {1, 3})
          for (const bool in_place : {false, true}) compare(f, which, rows, cols, cols % 2 ? 3 : 0, in_place);
    }
  });
}
// So many values at once that a block has few vectors.
constexpr pointwise_program wide() {
  pointwise_program p{};
  p.inputs = 4, p.outputs = 1;
  for (int i = 0; i < 32; ++i)
    p.code[p.length++] = igata::plan::instruction{opcode::add, static_cast<std::uint8_t>(i % 4), static_cast<std::uint8_t>(i), 0}.pack();
  for (int i = 0; i < 32; ++i)
    p.code[p.length] =
        igata::plan::instruction{opcode::mul, static_cast<std::uint8_t>(4 + i), static_cast<std::uint8_t>(p.inputs + p.length - 1), 0}.pack(),
    ++p.length;
  p.result[0] = 4 + 63;
  return p;
}
TEST(interpreter, many_values) {
  EXPECT_GT(interpreted_program(wide()).slots, 30);
  for_each_isa([](const kernel_set&, isa which) {
    const both_forms f{wide(), pointwise_of<wide()>(which)};
    for (const ptrdiff_t cols : {1, 15, 16, 47, 48, 500}) compare(f, which, 2, cols, 1, false);
  });
}
// Slots are given on: a chain needs no more than two beside its input's.
constexpr pointwise_program chain() {
  pointwise_program p{};
  p.inputs = 1, p.outputs = 1, p.length = 40;
  for (int i = 0; i < 40; ++i) p.code[i] = igata::plan::instruction{opcode::abs, static_cast<std::uint8_t>(i), 0, 0}.pack();
  p.result[0] = 40;
  return p;
}
TEST(interpreter, gives_slots_on) { EXPECT_EQ(interpreted_program(chain()).slots, 1); }

}  // namespace
