// The two forms of what kernels are told, and what follows from them: scratch memory, and the set of kernels that a program needs.
#include <gtest/gtest.h>

#include <igata/draw/builder.hpp>
#include <igata/engine/execute.hpp>
#include <igata/passes/pipeline.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

#define IGATA_KERNEL(name, fields) \
  static_assert(walks_all<fields>, #fields); \
  static_assert(is_told<fields<planned>>(step_kind::name));
#include <igata/target/kernels.inc>
#undef IGATA_KERNEL
static_assert(!is_told<table_fields<planned>>(step_kind::take_along_axis) && !is_told<gemm_fields<planned>>(step_kind::batched_gemm));

// A walk that leaves out a field, or tells one twice, is noticed.
template <class As>
struct forgetful_fields {
  typename As::number kept{}, left_out{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.kept, b.kept); }
};
template <class As>
struct doubled_fields {
  typename As::number once{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.once, b.once), f(p.once, b.once); }
};
static_assert(!walks_all<forgetful_fields> && !walks_all<doubled_fields>);

constexpr reduce_fields<planned> example() {
  reduce_fields<planned> r;
  r.o = {5, batch_symbol};
  r.r = {7};
  r.i = 3;
  r.count = 2;
  r.kind[1] = reduction::argmin;
  r.in = place{space::input, 2, 40};
  r.out[1] = place{space::output, 1, 0};
  r.scratch = place{space::arena, 0, 64};
  return r;
}
constexpr bool comes_back() {
  constexpr auto list = words(example());
  const auto r = read_fields<reduce_fields<planned>>(list.items);
  return r.o.count == 5 && r.o.times == batch_symbol && r.r.count == 7 && r.r.times == no_symbol && r.i == 3 && r.count == 2 &&
         r.kind[1] == reduction::argmin && r.in.where == space::input && r.in.index == 2 && r.in.offset == 40 && r.out[0].where == space::none &&
         r.out[1].where == space::output && r.partial.where == space::none && r.scratch.offset == 64;
}
static_assert(comes_back());
constexpr bool is_sized() {
  const reduce_args a = sized(example(), 4);
  return a.o == 20 && a.r == 7 && a.i == 3 && a.count == 2 && a.kind[1] == reduction::argmin && !a.in && !a.out[1] && !a.scratch && !a.pre;
}
static_assert(is_sized());

TEST(fields, a_set_of_kernels_holds_what_was_added) {
  EXPECT_TRUE(kernel_subset().empty());
  constexpr kernel_subset used = kernel_subset::of(step_kind::gemm, step_kind::fill);
  EXPECT_FALSE(used.empty());
  const kernel_set all = kernels_of(best_isa()), some = kernels_of<used>(best_isa());
  EXPECT_STREQ(some.name, all.name);
  EXPECT_EQ(some.vector_floats, all.vector_floats);
#define IGATA_KERNEL(name, fields)                                                              \
  EXPECT_TRUE(all.name) << #name;                                                               \
  EXPECT_TRUE(kernel_subset::all().has(step_kind::name)) << #name;                              \
  EXPECT_EQ(used.has(step_kind::name), step_kind::name == step_kind::gemm || step_kind::name == step_kind::fill) << #name; \
  EXPECT_EQ(some.name != nullptr, used.has(step_kind::name)) << #name;
#include <igata/target/kernels.inc>
#undef IGATA_KERNEL
}

execution_plan product(int k, int n, bool transposed, bool packed) {
  builder s(false);
  const value x = s.input("x", rows({k})), w = state_variable(x, "w", role::weight, transposed ? shape{n, k} : shape{k, n}, constant_initializer(0));
  s.output("y", matmul(x, w, {.transpose_b = transposed}));
  const bind_split split = bind_pass(simplify_pass(build_pass(s.get())), packed);
  return plan_pass(split.main, forms_of(split.values), 8);
}
TEST(fields, scratch_is_what_a_kernel_of_these_numbers_uses) {
  EXPECT_EQ(product(1024, 1024, false, true).scratch, 0);
  EXPECT_EQ(product(1024, 1024, false, true).arena, 64);  // the result is the caller's
  EXPECT_EQ(product(1024, 1024, true, true).scratch, 0);
  EXPECT_EQ(product(40, 30, false, false).scratch, 0);
  EXPECT_EQ(product(40, 30, true, false).scratch, 40 * 32 + 64);  // a transposed matrix is packed in every run
  EXPECT_EQ(product(40, 1, true, false).scratch, 0);
}

}  // namespace
