// Passes that large programs run in several budgets, with static data between, give what one budget gives.
#include <gtest/gtest.h>
#include <igata/igata.hpp>
#include <deque>    // deque
#include <utility>  // move

namespace {
using namespace igata;
using namespace igata::plan;

struct net {
  constexpr value operator()(value x) const {
    for (int i = 0; i < 3; ++i) x = x + relu(nn::batch_norm(nn::conv2d(x, {.filters = 4, .kernel = 3, .padding = padding::same})));
    return nn::dense(nn::global_avg_pool2d(x) * 0.5f, {.units = 3});
  }
};
using spec = detail::training_spec<true, net{}, in<"image", 6, 6, 4>, labels<"class", i32, 3>, loss::softmax_cross_entropy{},
                                   optim::sgd{.learning_rate = 0.1, .momentum = 0.9}>;

TEST(resume, plans_are_the_same) {
  builder b(true);
  spec::build(b);
  const graph g = simplify_pass(build_pass(b.get()));
  const fusion f = fuse(g, 8);
  const execution_plan whole = make_plan(g, f, 8);
  ASSERT_GT(whole.programs.size(), 8);
  ASSERT_GT(whole.constants.size(), 4);
  for (const int at_once : {1, 300, 2000}) {  // integers
    const detail::planning in{g, f, 8};
    const detail::placement placed = detail::place_groups(in);
    detail::plan_begun begun;
    do {
      detail::planner pass(in, placed);
      if (begun.next > 0) pass.resume(begun);
      pass.write(at_once);
      begun = pass.begun();
    } while (begun.next < f.groups.size());
    detail::planner last(in, placed);
    last.resume(begun);
    const execution_plan parts = last.finish();
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

// What a program keeps between two budgets, the next one's beginning.
graph kept_between(const graph& g) {
  constexpr detail::graph_sizes size{4096, 8192, 4096, 4096, 64, 256, 8, 128, 256, 0};
  static std::deque<detail::frozen_beginning<size>> kept;
  EXPECT_TRUE(size.holds(detail::sizes_of(g))) << g.failure.view();
  kept.emplace_back(g);
  return kept.back().thaw(detail::beginning_guess);
}
using adam_spec =
    detail::training_spec<true, net{}, in<"image", 6, 6, 4>, labels<"class", i32, 3>, loss::softmax_cross_entropy{}, optim::name<"teacher">,
                          optim::adamw{}, optim::clip_by_global_norm{}, optim::cosine_decay{.steps = 100}, metrics<metric::accuracy{}>>;

struct two_heads {
  constexpr outputs operator()(value x) const {
    const value h = nn::flatten(x);
    outputs all{{"class", nn::dense(h, {.units = 3})}, {"angle", nn::dense(h, {.units = 1})}};
    if (x.training()) all.add("early", nn::dense(h, {.units = 3}));
    return all;
  }
};
using two_heads_spec = detail::training_spec<true, two_heads{}, in<"image", 6, 6, 4>, labels<"class", i32, 3>, labels<"angle", f32, 0, 1>,
                                             loss_of<"class", loss::softmax_cross_entropy{}>, loss_of<"angle", loss::mse{}>,
                                             loss_of<"early", loss::softmax_cross_entropy{}, "class">, loss_weights{1, 0.5, 0.25},
                                             metrics_of<"class", metric::accuracy{}>, optim::adam{}>;

template <class Spec>
void draw_in_parts(int variables) {
  builder whole(true), beginning(true);
  Spec::build(whole);
  const text expected = print(build_pass(whole.get()));
  EXPECT_NE(expected.view().find("assign"), std::string_view::npos);
  Spec::begin(beginning);
  const int kept = beginning.get().outputs.size() + 1;
  {
    builder rest(kept_between(beginning.get()));
    Spec::finish(rest);
    EXPECT_EQ(print(build_pass(rest.get())).view(), expected.view());
  }
  builder differentiated(kept_between(beginning.get()));
  Spec::differentiate(differentiated);
  for (const int parameters : {1, 5, 1000}) {
    graph at = kept_between(differentiated.get());
    int pieces = 0;
    while (at.outputs.size() > kept && pieces < 99) {
      builder part(std::move(at));
      Spec::update_some(part, kept, parameters);
      at = kept_between(part.get());
      ++pieces;
    }
    EXPECT_EQ(pieces, (variables + parameters - 1) / parameters);
    builder end(std::move(at));
    Spec::conclude(end);
    EXPECT_EQ(print(build_pass(end.get())).view(), expected.view());
  }
}
TEST(resume, drawing_in_parts_is_drawing) {
  draw_in_parts<spec>(14);
  draw_in_parts<adam_spec>(14);
  draw_in_parts<two_heads_spec>(6);
}

TEST(resume, simplifying_in_parts_is_simplifying) {
  constexpr detail::rewriting_sizes size{detail::first_guess, 16384};
  builder b(true);
  adam_spec::build(b);
  const graph built = build_pass(b.get());
  const text expected = print(simplify_pass(built));
  for (const int nodes : {1, 100, 100000}) {
    static std::deque<detail::frozen_rewriting<size, 2048, 256>> kept;
    detail::simplifier first(built);
    first.walk(nodes);
    kept.emplace_back(first.begun());
    for (int pieces = 1; kept.back().next < built.nodes.size(); ++pieces) {
      ASSERT_EQ(kept.back().next, pieces * nodes);
      detail::simplifier next(built, kept.back().thaw());
      next.walk(nodes);
      ASSERT_TRUE(size.holds(kept.back().size));
      kept.emplace_back(next.begun());
      if (kept.size() > 2) kept.pop_front();
    }
    detail::simplifier last(built, kept.back().thaw());
    graph rewritten = last.finish();
    EXPECT_EQ(print(legalize_pass(settle_pass(rewritten))).view(), expected.view());
  }
}

TEST(resume, fusing_in_two_parts_is_fusing) {
  constexpr detail::graph_sizes size = compiled<spec>::main().size;
  const graph g = compiled<spec>::main().thaw();
  static const detail::frozen_fusion<size.nodes, 2 * size.nodes + size.edges> kept(fuse_joined(g));
  ASSERT_TRUE(kept.fits());
  const fusion whole = fuse(g, 8), parts = fuse_sunk(g, kept.thaw(), 8, {});
  EXPECT_LT(whole.groups.size(), kept.count);  // some sank, so that it matters
  ASSERT_EQ(parts.groups.size(), whole.groups.size());
  const execution_plan expected = make_plan(g, whole, 8), got = make_plan(g, parts, 8);
  EXPECT_EQ(got.arena, expected.arena);
  ASSERT_EQ(got.ints.size(), expected.ints.size());
  for (int i = 0; i < got.ints.size(); ++i) ASSERT_EQ(got.ints[i], expected.ints[i]);
}

}  // namespace
