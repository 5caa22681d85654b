// Where blocks of the arena lie: never two at one place at one time, and little more than the most that is there at once.
#include <gtest/gtest.h>

#include <vector>

#include <igata/engine/inference.hpp>
#include <igata/engine/records.hpp>
#include <igata/igata.hpp>
#include <igata/io/plan_file.hpp>
#include <igata/passes/compilation.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

struct random_number {
  std::uint32_t state;
  int operator()(int below) {
    state = state * 1664525u + 1013904223u;
    return static_cast<int>(state >> 16) % below;
  }
};
vec<arena_block> random_blocks(random_number& r, int count, int groups) {
  vec<arena_block> blocks;
  for (int i = 0; i < count; ++i) {
    const int begin = i * groups / count, length = r(8) == 0 ? r(groups) : r(4);
    blocks.push({r(20) == 0 ? 0 : 1 + r(r(3) == 0 ? 5000 : 200), begin, begin + length < groups ? begin + length : groups, -1});
  }
  return blocks;
}
void expect_apart(const vec<arena_block>& blocks, long long end) {
  for (int i = 0; i < blocks.count; ++i) {
    const arena_block& a = blocks[i];
    EXPECT_EQ(a.at % 16, 0);
    EXPECT_TRUE(a.at >= 0 && a.at + a.size <= end);
    for (int k = 0; k < i; ++k) {
      const arena_block& b = blocks[k];
      const bool meet = a.begin <= b.end && b.begin <= a.end && a.size > 0 && b.size > 0;
      EXPECT_TRUE(!meet || a.at + a.size <= b.at || b.at + b.size <= a.at) << i << " and " << k;
    }
  }
}
TEST(memory, blocks_that_live_at_one_time_lie_apart) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    random_number r{seed};
    const int groups = 1 + r(120), count = 1 + r(seed % 2 ? few_blocks : 3 * few_blocks);
    vec<arena_block> blocks = random_blocks(r, count, groups);
    const long long end = place_blocks(blocks, groups), least = most_at_once(blocks, groups);
    expect_apart(blocks, end);
    EXPECT_GE(end, least);
    EXPECT_LE(static_cast<double>(end), 1.35 * static_cast<double>(least)) << count << " blocks";
  }
}
TEST(memory, few_blocks_are_placed_the_largest_first) {
  vec<arena_block> blocks;  // in time, the second would lie behind the first, and the third behind both
  blocks.push({16, 0, 0});
  blocks.push({16, 0, 2});
  blocks.push({32, 1, 2});
  EXPECT_EQ(place_blocks(blocks, 3), 48);
  vec<arena_block> many = blocks;
  for (int i = 0; i < few_blocks; ++i) many.push({0, 3, 3});
  EXPECT_EQ(place_blocks(many, 3), 64);
}
TEST(memory, the_last_hole_is_kept_for_what_fits_nowhere_else) {
  vec<arena_block> blocks;
  blocks.push({48, 0, 0});   // a hole of 48 between others, and one of 32 at the end, for 32
  blocks.push({16, 0, 9});
  blocks.push({32, 0, 0});
  blocks.push({32, 1, 9});
  blocks.push({64, 2, 9});
  for (int i = 0; i < few_blocks; ++i) blocks.push({0, 9, 9});
  EXPECT_EQ(place_blocks(blocks, 9), 128);
  EXPECT_EQ(blocks[3].at, 0);
  EXPECT_EQ(blocks[4].at, 64);
}
constexpr bool places_in_constant_evaluation() {
  vec<arena_block> blocks;
  blocks.push({16, 0, 1});
  blocks.push({32, 1, 2});
  blocks.push({16, 2, 2});
  return place_blocks(blocks, 2) == 48 && blocks[2].at == 32 && most_at_once(blocks, 2) == 48;
}
static_assert(places_in_constant_evaluation());

// Of real models.
template <class Spec>
double waste() {
  builder b(Spec::training);
  Spec::build(b);
  compilation c;
  c.drawn = b.get();
  c.splits = Spec::splits, c.max_batch = Spec::max_batch;
  run_passes(c);  // with the verifier behind the plan
  EXPECT_EQ(std::string(c.planned.failure.view()), "");
  return static_cast<double>(c.placed.arena) / static_cast<double>(most_at_once(c.placed.blocks, c.groups.groups.size()));
}
struct lenet {
  constexpr value operator()(value x) const {
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 6, .kernel = 5})), {.size = 2});
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 16, .kernel = 5})), {.size = 2});
    x = relu(nn::dense(relu(nn::dense(nn::flatten(x), {.units = 120})), {.units = 84}));
    return nn::dense(x, {.units = 10});
  }
};
// Bottlenecks as in a residual network of 50 layers, on small images.
struct residual {
  int stages;
  constexpr value operator()(value x) const {
    for (int stage = 0, width = 8; stage < stages; ++stage, width *= 2)
      for (int i = 0; i < 3; ++i) {
        const int stride = stage > 0 && i == 0 ? 2 : 1;
        value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = width, .kernel = 1, .use_bias = false})));
        y = relu(nn::batch_norm(nn::conv2d(y, {.filters = width, .kernel = 3, .stride = stride, .padding = 1, .use_bias = false})));
        y = nn::batch_norm(nn::conv2d(y, {.filters = 4 * width, .kernel = 1, .use_bias = false}));
        if (i == 0) x = nn::batch_norm(nn::conv2d(x, {.filters = 4 * width, .kernel = 1, .stride = stride, .use_bias = false}));
        x = relu(x + y);
      }
    return nn::dense(nn::global_avg_pool2d(x), {.units = 10});
  }
};
TEST(memory, an_arena_is_hardly_larger_than_what_is_there_at_once) {
  using detail::inference_spec, detail::training_spec;
  EXPECT_LE(
      (waste<training_spec<true, lenet{}, in<"x", 28, 28, 1>, labels<"y", i32, 10>, loss::softmax_cross_entropy{}, optim::adam{}, max_batch{64}>>()),
      1.05);
  EXPECT_LE((waste<inference_spec<lenet{}, in<"x", 28, 28, 1>>>()), 1.05);
  EXPECT_LE((waste<inference_spec<residual{3}, in<"x", 32, 32, 3>>>()), 1.05);
  EXPECT_LE((waste<training_spec<true, residual{3}, in<"x", 32, 32, 3>, labels<"y", i32, 10>, loss::softmax_cross_entropy{},
                                 optim::sgd{.momentum = 0.9}, max_batch{8}>>()),
            1.05);
}

// Two large values that are there at one time: [n,1500000], and behind it [n,400000]. Nothing of that size is made: the passes see numbers only.
compilation large(int max_batch) {
  builder b(false);
  const value x = b.input("x", rows({1})), w = b.input("w", {1, 1500000}), u = b.input("u", {1500000, 1}), v = b.input("v", {1, 400000}),
              z = b.input("z", {400000, 1}), t = b.input("t", {1500000, 1});
  const value first = matmul(x, w), second = matmul(matmul(first, u), v);
  b.output("y", matmul(second, z) + matmul(first, t));
  compilation c;
  c.drawn = b.get();
  c.max_batch = max_batch;
  pass_rule<compiler_pass::build>::run(c);
  pass_rule<compiler_pass::simplify>::run(c);
  pass_rule<compiler_pass::bind>::run(c);
  pass_rule<compiler_pass::fuse>::run(c);
  pass_rule<compiler_pass::place>::run(c);
  const igata::detail::planning in = c.planning();
  igata::detail::planner pass(in, c.placed);
  pass.write();
  c.planned = pass.finish();  // the verifier behind it would look at each element
  return c;
}
TEST(memory, an_arena_above_4_gb_is_planned_bound_and_kept_in_a_file) {
  if constexpr (sizeof(std::size_t) < 8) GTEST_SKIP() << "there are no such addresses";
  const int rows = 1000;
  const compilation c = large(rows);
  ASSERT_EQ(std::string(c.planned.failure.view()), "");
  const execution_plan p = io::plan_file::from_bytes(c.main, io::plan_file::to_bytes(c.main, c.planned), "large");
  EXPECT_EQ(print_plan(c.main, c.groups, p).view(), print_plan(c.main, c.groups, c.planned).view());
  EXPECT_NE(print_plan(c.main, c.groups, p).view().find("to arena 6000000000"), std::string_view::npos) << print_plan(c.main, c.groups, p).view();
  EXPECT_GE(p.arena, 1900000000);
  expect_apart(c.placed.blocks, c.placed.arena);
  bool far = false;
  for (int i = 0; i < p.steps.size(); ++i)
    for (const touched_region& r : touched_by(p, i, rows)) {
      EXPECT_GE(r.first(), 0);
      EXPECT_TRUE(r.at.where != space::arena || r.last() < p.arena) << i;
      far |= r.at.where == space::arena && r.last() * 4 > 0xffffffffLL && r.written;
    }
  EXPECT_TRUE(far);

  const std::uintptr_t base = std::uintptr_t{1} << 40;  // nobody reads it
  const void* in[6]{};
  void* out[1]{};
  execution_context x{};
  x.arena = reinterpret_cast<std::uint32_t*>(base);
  const std::vector<pointwise_fn> programs(static_cast<std::size_t>(p.programs.size()));
  x.inputs = in, x.outputs = out, x.n = rows, x.programs = programs.data();
  igata::detail::record_list records({p.steps.data(), p.ints.data(), p.steps.size(), p.ints.size(), p.records, 6, 1});
  EXPECT_TRUE(records.bind<kernel_subset::all()>(x));
  int products = 0;
  for (const plan_step& s : p.steps)
    if (s.kind == step_kind::gemm || s.kind == step_kind::split_gemm) {
      const auto planned_form = read_fields<gemm_fields<planned>>(p.ints.data() + s.first);
      if (planned_form.c.where != space::arena) continue;
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(reinterpret_cast<const gemm_args*>(records.data() + s.record)->c),
                base + std::uintptr_t{4} * static_cast<std::uintptr_t>(planned_form.c.offset));
      ++products;
    }
  EXPECT_GE(products, 3);
}
TEST(memory, an_arena_of_more_elements_than_a_place_can_name_is_refused) {
  EXPECT_EQ(std::string(large(1200).planned.failure.view()),
            "plan: the arena of 1200 rows has 2280401200 elements, more than 2^31; use a smaller max_batch");
}
// A place counts elements of its size: 1.2 GB of bytes can be named, 2.4 GB cannot.
TEST(memory, places_of_bytes_are_counted_in_bytes) {
  const auto planned = [](int max_batch) {
    builder b(false);
    const value x = b.input("x", rows({1000, 1000}), u8), turned = reshape(transpose(x, {0, 2, 1}), {1000000});
    b.output("y", reduce_sum(cast(slice(turned, 1, 10, 1000), f32), {1}) + reduce_sum(cast(slice(turned, 1, 20, 1000), f32), {1}));
    compilation c;
    c.drawn = b.get();
    c.max_batch = max_batch;
    pass_rule<compiler_pass::build>::run(c);
    pass_rule<compiler_pass::simplify>::run(c);
    pass_rule<compiler_pass::bind>::run(c);
    pass_rule<compiler_pass::fuse>::run(c);
    pass_rule<compiler_pass::place>::run(c);
    const igata::detail::planning in = c.planning();
    igata::detail::planner pass(in, c.placed);
    pass.write();
    return std::string(pass.finish().failure.view());
  };
  EXPECT_EQ(planned(1200), "");
  EXPECT_EQ(planned(2400), "plan: the arena of 2400 rows has 2400055040 elements, more than 2^31; use a smaller max_batch");
}

}  // namespace
