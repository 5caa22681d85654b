// Passes that large programs run in several budgets, with static data between, give what one budget gives.
#include <gtest/gtest.h>
#include <igata/igata.hpp>

namespace {
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    for (int i = 0; i < 3; ++i) x = x + relu(nn::batch_norm(nn::conv2d(x, {.filters = 4, .kernel = 3, .padding = padding::same})));
    return nn::dense(nn::global_avg_pool2d(x) * 0.5f, {.units = 3});
  }
};
using spec = detail::training_spec<true, net{}, in<"image", 6, 6, 4>, labels<"class", i32, 3>, loss::softmax_cross_entropy{}, optim::sgd{.learning_rate = 0.1, .momentum = 0.9}>;

TEST(resume, plans_are_the_same) {
  builder b(true);
  spec::build(b);
  const graph g = simplify_pass(build_pass(b.get()));
  const fusion f = fuse(g);
  const plan whole = make_plan(g, f, 8);
  ASSERT_GT(whole.programs.size(), 8);
  ASSERT_GT(whole.constants.size(), 4);
  for (const int at_once : {1, 300, 2000}) {  // integers
    const weight_forms forms;
    const detail::placement placed = place_groups(g, f, 8);
    detail::plan_begun begun;
    do {
      detail::planner pass(g, f, 8, forms, placed);
      if (begun.next > 0) pass.resume(begun);
      pass.write(at_once);
      begun = pass.begun();
    } while (begun.next < f.groups.size());
    detail::planner last(g, f, 8, forms, placed);
    last.resume(begun);
    const plan parts = last.finish();
    EXPECT_EQ(parts.arena, whole.arena);
    EXPECT_EQ(parts.scratch, whole.scratch);
    ASSERT_EQ(parts.steps.size(), whole.steps.size());
    for (int i = 0; i < whole.steps.size(); ++i) {
      EXPECT_EQ(parts.steps[i].first, whole.steps[i].first);
      EXPECT_EQ(parts.steps[i].program, whole.steps[i].program);
    }
    ASSERT_EQ(parts.ints.size(), whole.ints.size());
    for (int i = 0; i < whole.ints.size(); ++i) ASSERT_EQ(parts.ints[i], whole.ints[i]);
    EXPECT_EQ(parts.programs.size(), whole.programs.size());
    ASSERT_EQ(parts.constants.size(), whole.constants.size());
    for (int i = 0; i < whole.constants.size(); ++i) EXPECT_EQ(parts.constants[i], whole.constants[i]);
  }
}

TEST(resume, drawing_in_two_parts_is_drawing) {
  builder whole(true), part(true);
  spec::build(whole);
  spec::begin(part);
  static const detail::frozen_beginning<detail::beginning_guess> kept(part.get());
  builder rest(kept.thaw());
  spec::finish(rest);
  const text expected = print(build_pass(whole.get()));
  EXPECT_NE(expected.view().find("assign"), std::string_view::npos);
  EXPECT_EQ(print(build_pass(rest.get())).view(), expected.view());
}

TEST(resume, simplifying_in_two_parts_is_simplifying) {
  builder b(true);
  spec::build(b);
  const graph built = build_pass(b.get());
  static const detail::frozen_graph<detail::first_guess> kept(rewrite(built));
  ASSERT_TRUE(detail::first_guess.holds(kept.size));
  graph rewritten = kept.thaw();
  EXPECT_EQ(print(settle_pass(rewritten)).view(), print(simplify_pass(built)).view());
}

TEST(resume, fusing_in_two_parts_is_fusing) {
  constexpr detail::graph_sizes size = compiled<spec>::main().size;
  const graph g = compiled<spec>::main().thaw();
  static const detail::frozen_fusion<size.nodes, 2 * size.nodes + size.edges> kept(fuse_joined(g));
  ASSERT_TRUE(kept.fits());
  const fusion whole = fuse(g), parts = fuse_sunk(g, kept.thaw());
  EXPECT_LT(whole.groups.size(), kept.count);  // some sank, so that it matters
  ASSERT_EQ(parts.groups.size(), whole.groups.size());
  const plan expected = make_plan(g, whole, 8), got = make_plan(g, parts, 8);
  EXPECT_EQ(got.arena, expected.arena);
  ASSERT_EQ(got.ints.size(), expected.ints.size());
  for (int i = 0; i < got.ints.size(); ++i) ASSERT_EQ(got.ints[i], expected.ints[i]);
}

}  // namespace
