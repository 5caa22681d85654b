// Plans that are right, and plans broken by hand: what the verifier says of them.
#include "../graph_test.hpp"

#include <igata/nn/all.hpp>
#include <igata/optim/all.hpp>
#include <igata/passes/compilation.hpp>

using namespace testing_graphs;

namespace {

constexpr compilation compiled_now(bool training) {
  builder s(training);
  const value x = s.input("x", rows({8, 8, 3}));
  value y = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 6, .kernel = 3, .padding = padding::same})), {.size = 2});
  y = nn::dense(nn::flatten(y), {.units = 10});
  s.output("y", softmax(y));
  if (training) s.minimize(reduce_mean(y * y), "*", optim::sgd{.learning_rate = 0.5});
  compilation c;
  c.drawn = s.get();
  c.splits = !training, c.max_batch = 4;
  run_passes(c);
  return c;
}
text verdict(compilation& c) {
  const detail::planning in = c.planning();
  verify_plan(in, c.placed, c.values, c.planned);
  return text(c.planned.failure.view());
}
int step_of(const execution_plan& p, step_kind kind, int which = 0) {
  for (int i = 0; i < p.steps.size(); ++i)
    if (p.steps[i].kind == kind && which-- == 0) return i;
  ADD_FAILURE() << "no step " << name_of(kind);
  return 0;
}
// Changes the fields of a step.
template <template <class> class Fields, class F>
void edit(execution_plan& p, int step, F change) {
  int* const at = p.ints.data() + p.steps[step].first;
  auto f = read_fields<Fields<planned>>(at);
  change(f);
  const auto numbers = words(f);
  for (int i = 0; i < words_of<Fields<planned>>; ++i) at[i] = numbers.items[i];
}
// The first integer of operand `i` of a loop.
int* operand_of_loop(execution_plan& p, int step, int i) {
  int* const at = p.ints.data() + p.steps[step].first;
  const planned_loop loop = read_fields<loop_fields<planned>>(at).loop;
  return at + words_of<loop_fields<planned>> + i * (operand_words + loop.outer);
}
// Results and variables of any size: of 8 bytes, of one, and masks copied from a constant.
TEST(verify_plan, elements_of_all_sizes) {
  builder b(true);
  const value x = b.input("x", rows({37}), f64), bytes = b.input("bytes", rows({37}), u8);
  const value w = state_variable(x, "w", role::weight, {37}, {initial::uniform, 1, 0}, f64);
  b.output("y", x * w + 1);
  b.output("bytes", bytes + 1);
  b.output("mask", concat({broadcast_to(constant(b.get(), 1, boolean), rows({3})), x > 0}));
  b.minimize(reduce_mean(x * w), "*", optim::sgd{.learning_rate = 0.5});
  compilation c;
  c.drawn = b.get();
  c.max_batch = 4;
  run_passes(c);
  EXPECT_EQ(verdict(c), "");
}
// What is said of a plan with one fault; `where`: with the step that has it.
template <class F>
void expect_broken(bool training, F damage, std::string_view what) {
  compilation c = compiled_now(training);
  ASSERT_EQ(verdict(c), "");
  const int step = damage(c);
  const text said = verdict(c), begin = step < 0
                                            ? text("plan: internal error: ")
                                            : text() << "plan: internal error: step " << step << " (" << name_of(c.planned.steps[step].kind) << "): ";
  EXPECT_TRUE(said.view().starts_with(begin.view()) && contains(said, what) && said.view().ends_with("; please report it"))
      << "got " << said << ", expected " << begin << what;
}

TEST(verify_plan, lengths) {
  expect_broken(
      false, [](compilation& c) { return c.planned.ints.push(0), c.planned.steps.size() - 1; },
      "its integers are not as many as its kernel's fields");
  expect_broken(
      false, [](compilation& c) { return c.planned.records += 8, c.planned.steps.size() - 1; }, "its record is not as long as its kernel's fields");
  expect_broken(false, [](compilation& c) { return c.planned.steps[1].record += 8, 0; }, "its record is not as long as its kernel's fields");
  expect_broken(false, [](compilation& c) { return c.planned.steps[1].first = 1, 0; }, "fewer integers than its kernel's fields");
  expect_broken(false, [](compilation& c) { return c.planned.steps[1].first = 1 << 20, 0; }, "its integers lie outside");
  expect_broken(false, [](compilation& c) { return c.planned.steps[0].program = 100, 0; }, "no such program");
  expect_broken(false, [](compilation& c) { return c.planned.steps[0].program = 0, 0; }, "a loop without a program, or a program without a loop");
  expect_broken(false, [](compilation& c) { return c.planned.steps[0].together = 100, 0; }, "more steps go together than there are");
  expect_broken(false, [](compilation& c) { return c.max_batch = 5, -1; }, "it is for another number of rows");
}
TEST(verify_plan, places) {
  expect_broken(
      false, [](compilation& c) { return c.planned.arena = 64 + 16, step_of(c.planned, step_kind::direct_conv2d); },
      "arena + 0: writes outside of it");
  const auto product = [](auto change) {
    return [=](compilation& c) {
      const int step = step_of(c.planned, step_kind::split_gemm);
      edit<gemm_fields>(c.planned, step, change);
      return step;
    };
  };
  const auto images = [](auto change) {
    return [=](compilation& c) {
      const int step = step_of(c.planned, step_kind::conv2d);
      edit<conv2d_fields>(c.planned, step, change);
      return step;
    };
  };
  expect_broken(false, product([](auto& f) { f.c = place{space::input, 0, 0}; }), "input 0 + 0: writes what is only read");
  expect_broken(false, product([](auto& f) { f.c = place{space::bound, 3, 0}; }), "bound 3 + 0: writes outside of it");
  expect_broken(false, product([](auto& f) { f.a = place{space::input, 0, -1}; }), "input 0 + -1: reads outside of it");
  expect_broken(false, product([](auto& f) {
                  f.a = place{space::input, 0, 0};
                }),
                "reads input 0 + 0, which nobody has written");  // it is not what the group reads
  expect_broken(false, product([](auto& f) { f.b.index = 100; }), "bound 100 + 0: reads outside of it");
  expect_broken(false, product([](auto& f) { f.c_row = 9; }), "writes it twice");
  expect_broken(false, product([](auto& f) { f.a.offset += 16; }), "reads arena + ");  // not from its first element on
  expect_broken(false, product([](auto& f) { f.m.count = 2; }), "reads arena + ");                                      // more of them than there are
  expect_broken(true, images([](auto& f) { f.scratch.offset += 1; }), "its scratch memory is not aligned");
  expect_broken(true, images([](auto& f) { f.scratch = place{}; }), "its scratch memory lies nowhere");
  expect_broken(true, images([](auto& f) { f.scratch.offset += 16; }), "its scratch memory is larger than what it has");
  expect_broken(
      true, [](compilation& c) { return c.planned.scratch = 16, step_of(c.planned, step_kind::conv2d); },
      "its scratch memory is larger than what it has");
  expect_broken(false, [](compilation& c) {
    for (detail::home& h : c.placed.places)
      if (h.block >= 0) h.at.offset += 4;
    return -1;
  }, "a block at arena + 4 is not aligned");
}
TEST(verify_plan, lives) {
  // A result over an earlier one that is still to be read.
  expect_broken(false, [](compilation& c) {
    const int reads = step_of(c.planned, step_kind::reduce), writes = reads + 1;
    EXPECT_EQ(c.planned.steps[writes].kind, step_kind::reduce_sum);
    const place most = read_fields<reduce_fields<planned>>(c.planned.ints.data() + c.planned.steps[reads].first).out[0];
    edit<reduce_fields>(c.planned, writes, [&](auto& f) { f.out[0] = place{most.where, most.index, most.offset}; });
    return writes;
  }, "writes what it reads");
  // Over what a later step reads: it is that one that finds another's numbers.
  expect_broken(true, [](compilation& c) {
    const int product = step_of(c.planned, step_kind::gemm), pooled = step_of(c.planned, step_kind::max_pool2d);
    const place kept = read_fields<gemm_fields<planned>>(c.planned.ints.data() + c.planned.steps[product].first).a;
    const int between = pooled + 2;
    EXPECT_EQ(between, product);
    const int late = step_of(c.planned, step_kind::gemm, 1);  // the gradient writes over the activations that the last product reads
    edit<gemm_fields>(c.planned, late, [&](auto& f) { f.c = kept; });
    return late + 1;
  }, "which step ");
  // A variable's old value after the new one was written.
  expect_broken(true, [](compilation& c) {
    int last = -1, written = -1;  // of loops that update a variable: the last one reads what the first one wrote
    for (int i = 0; i < c.planned.steps.size(); ++i) {
      if (c.planned.steps[i].kind != step_kind::loop) continue;
      const planned_loop loop = read_fields<loop_fields<planned>>(c.planned.ints.data() + c.planned.steps[i].first).loop;
      const int* const out = operand_of_loop(c.planned, i, loop.inputs);
      if ((out[0] & 255) != static_cast<int>(space::variable)) continue;
      if (written < 0) written = out[1];
      last = i;
    }
    const planned_loop loop = read_fields<loop_fields<planned>>(c.planned.ints.data() + c.planned.steps[last].first).loop;
    for (int i = 0; i < loop.inputs; ++i)
      if (int* const x = operand_of_loop(c.planned, last, i); (x[0] & 255) == static_cast<int>(space::variable) && x[4] == 1) x[1] = written;
    return last;
  }, "reads variable ");
  // In the order of a loop that reads and writes one place.
  expect_broken(false, [](compilation& c) {
    const int step = step_of(c.planned, step_kind::loop);
    int* const at = operand_of_loop(c.planned, step, 0);
    const planned_loop loop = read_fields<loop_fields<planned>>(c.planned.ints.data() + c.planned.steps[step].first).loop;
    for (int i = 0; i < loop.inputs; ++i)
      if (int* const x = at + i * (operand_words + loop.outer); (x[0] & 255) == static_cast<int>(space::arena))
        x[2] += loop.cols.count * (loop.cols.times == batch_symbol ? 4 : 1) - 1, x[4] = -1;
    return step;
  }, "writes what it reads");
  // What a step would have made is not there at the end.
  const auto without_last = [](compilation& c) {
    const plan_step last = c.planned.steps.back();
    c.planned.ints.resize(last.first);
    c.planned.records = last.record;
    c.planned.steps.pop();
    return -1;
  };
  expect_broken(false, without_last, "output 0 + 0 has not its result at the end");
  expect_broken(true, without_last, "has not its result at the end");
}
// In a compiler too.
constexpr bool finds_a_wrong_place() {
  builder s(false);
  const value x = s.input("x", rows({2, 3})), y = reduce_sum(x, 2, true);
  s.output("y", reduce_sum(y * y, 1));
  compilation c;
  c.drawn = s.get();
  run_passes(c);
  if (!c.planned.failure.empty() || c.planned.steps.size() < 2) return false;
  c.planned.arena -= 16;
  verify_plan(c.planning(), c.placed, c.values, c.planned);
  return c.planned.failure == text("plan: internal error: step 0 (reduce_sum): its scratch memory is larger than what it has; please report it") ||
         contains(c.planned.failure, "outside of it");
}
static_assert(finds_a_wrong_place());

}  // namespace
