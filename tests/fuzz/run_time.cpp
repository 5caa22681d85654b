// Random graphs of types of 32 bits and less through every pass at run time: the plan, executed on every instruction set, must agree with the oracle
// on the graph as it was drawn, and with itself in several parts, by rows and as a session bit for bit; an inference plan also as straight-line code
// runs it. A failing recipe shrinks itself. IGATA_FUZZ_SEEDS: how many of each form; IGATA_FUZZ_FIRST: from which on.
#include <cstdlib>

#include <igata/loss/all.hpp>
#include <igata/nn/all.hpp>
#include <igata/optim/all.hpp>

#include "../sanitized.hpp"
#include "execute.hpp"

namespace {
using namespace fuzz;

constexpr int enough = 1000;  // that every kind of step occurs
constexpr int some = IGATA_TEST_SANITIZED ? 200 : enough;
int from_environment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}
const int first = from_environment("IGATA_FUZZ_FIRST", 0), seeds = from_environment("IGATA_FUZZ_SEEDS", some);

tally run(form kind) {
  tally t;
  int failed = 0;
  for (int i = first; i < first + seeds && failed < 5; ++i)
    failed += !is_right(recipe_of(static_cast<std::uint32_t>(i), kind, drawing::kinds, 3, 26), t);
  std::printf("%ld graphs, %ld elements, %ld of them loose; %ld split, %ld by rows, %ld steps straight, %ld sessions\n", t.graphs, t.elements,
              t.loose, t.split, t.rows, t.straight, t.sessions);
  EXPECT_LT(t.loose, t.elements / 20);
  EXPECT_GT(t.sessions, t.graphs / 2);
  for (const dtype type : {f32, i32, boolean, u8, i8, u16, i16, u32, f16, bf16})
    if (seeds >= enough) {
      EXPECT_GT(t.of_type[static_cast<int>(type)], 0) << name_of(type);
    }
  return t;
}

// Every primitive and every kernel is there, but for direct_conv2d and split_gemm, which inference has, those that want larger arrays, and copies of
// elements of 8 bytes, which wide.cpp draws.
TEST(fuzz, training) {
  const tally t = run(form::training);
  if (seeds < enough) return;
  for (int i = 0; i < static_cast<int>(op::count_); ++i)
    if (i != static_cast<int>(op::bound) && i != static_cast<int>(op::stop_gradient)) {
      EXPECT_GT(t.ops[i], 0) << name_of(static_cast<op>(i));
    }
  for (int i = 0; i < static_cast<int>(step_kind::count_); ++i) {
    bool elsewhere = false;
    for (const step_kind k : {step_kind::direct_conv2d, step_kind::split_gemm, step_kind::long_loop, step_kind::winograd2_conv2d,
                              step_kind::winograd2_filters, step_kind::copy_longs})
      elsewhere |= i == static_cast<int>(k);
    EXPECT_EQ(t.steps[i] > 0 || elsewhere, true) << "kind of step " << i;
  }
  EXPECT_GT(t.rows, 0);
}
TEST(fuzz, inference) {
  const tally t = run(form::inference);
  if (seeds < enough) return;
  EXPECT_GT(t.split, t.graphs / 2);
  EXPECT_GT(t.rows, 0);
  EXPECT_GT(t.straight, t.graphs);
  for (const step_kind kind : {step_kind::direct_conv2d, step_kind::winograd4_conv2d, step_kind::depthwise_conv2d})
    EXPECT_GT(t.steps[static_cast<int>(kind)], 0);
}
TEST(fuzz, program) { run(form::program); }

TEST(fuzz, shrinks) {
  recipe r{form::training, 7, 6, 5, 3, {}};
  for (int i = 0; i < 20; ++i) r.list.push({i, 1, 2, 4000000000u});
  const auto has = [](const recipe& x, int kind) {
    for (const ingredient& i : x.list)
      if (i.kind == kind) return true;
    return false;
  };
  const recipe small = shrunk(r, [&](const recipe& x) { return has(x, 3) && has(x, 17) && x.rows > 1; });
  EXPECT_EQ(printed(small), "expect_right({form::training, 7, 2, 2, 1, list({{3, 1, 2, 4000000000}, {17, 1, 2, 4000000000}})});");
  const recipe again{form::training, 7, 2, 2, 1, list({{3, 1, 2, 4000000000}, {17, 1, 2, 4000000000}})};  // what is printed means the same
  EXPECT_EQ(printed(again), printed(small));
  expect_right(again);
}

// Counted numbers beside several rows for each of the batch, which no numbers meet.
TEST(fuzz, counts_along_rows) {
  expect_right({form::program, 22967, 1, 1, 1,
                list({{19, 109, 101, 1134671297},
                      {9, 77, 158, 406875463},
                      {21, 170, 218, 2613562159},
                      {33, 228, 197, 2283498157},
                      {17, 71, 185, 918961303},
                      {14, 110, 243, 866768730},
                      {10, 59, 50, 2721215723},
                      {38, 162, 241, 938154903}})});
}

// A frame's number in each type: 1 is 1.f, 1, and true.
void frames(builder& s) {
  const value x = s.input("x", rows({3, 4}));
  const value mask = pad(x > 0, {{0, 0}, {1, 0}, {0, 2}}, 1), none = pad(x > 0, {{0, 0}, {1, 0}, {0, 2}});
  s.output("mask", cast(!mask, f32));
  s.output("none", cast(!none, i32));
  s.output("whole", pad(cast(x * 4, i32), {{0, 0}, {2, 1}, {0, 1}}, -3));
  s.output("real", select(mask, pad(x, {{0, 0}, {1, 0}, {0, 2}}, 0.5), -1));
}
TEST(primitives, pad) { expect_right(frames, {form::inference, form::program}); }

// What is computed when weights are packed may have any type.
void bound_values(builder& s) {
  const value x = s.input("x", rows({4}));
  const value w = state_variable(x, "w", role::weight, {4}, {initial::uniform, 1, 0});
  s.output("mask", select(w > 0, x, 0));
  s.output("whole", cast(x * 4, i32) + cast(w * 8, i32));
  s.output("weights", w * 2);
  s.output("signs", cast(w * 8, i32));
}
TEST(primitives, bound_values) { expect_right(bound_values, {form::inference, form::program}); }

// A set beside rows: what is computed by point, over all points, and from both. The numbers of points and rows are drawn apart.
void sets(builder& s) {
  const program_dim points = s.dim("points", 9);
  const value x = s.input("x", rows({4})), set = s.input("set", rows({3}, points)), images = s.input("images", rows({5, 4, 2}, points)),
              ids = s.input("ids", rows({}, points), i32, 5);
  const value keys = softmax(nn::dense(set, {.units = 3, .name = "keys"}), 0), values = nn::embedding(ids, {.size = 5, .units = 4, .name = "values"});
  const value seen =
      nn::dense(nn::flatten(nn::max_pool2d(nn::batch_norm(nn::conv2d(images, {.filters = 3, .kernel = 3, .padding = padding::same})), {.size = 2})),
                {.units = 4, .name = "seen"});
  const value read = matmul(nn::dense(x, {.units = 3, .name = "queries"}), matmul(keys, values * seen, {.transpose_a = true}));
  const value loss = reduce_mean(read * read) + reduce_mean(seen) * 0.5;
  s.output("read", read);
  s.output("seen", nn::layer_norm(seen, {.name = "normal"}) + reduce_max(seen, 0));
  s.output("loss", loss);
  if (s.get().training) s.minimize(loss, "*", optim::sgd{.learning_rate = 0.5});
}
TEST(primitives, sets) {
  tally t;
  for (const form kind : {form::training, form::inference, form::program})
    for (const int rows : {1, 4})
      for (const int points : {9, 1, 6})
        EXPECT_EQ(trial::run({kind, 1, 4, rows, 1, {}, 9, points}, sets, t), "")
            << static_cast<int>(kind) << ", rows " << rows << ", points " << points;
  EXPECT_EQ(t.loose, 0);
}

// Each draw's name is one of the numbers that a loop has room for.
void scalar_draws(builder& s) {
  value sum = s.input("x", {});
  for (int i = 0; i < 10; ++i) sum = sum + random_like(sum, (text() << "draw" << i).view()) * (0.1 * (i + 2));
  s.output("sum", sum);
}
TEST(primitives, scalar_draws) { expect_right(scalar_draws, {form::training, form::program}); }

// Of one shape, but over other axes: no two results of one loop.
void sums_over_other_axes(builder& s) {
  const value x = s.input("x", rows({3, 3})) * 2;
  s.output("columns", reduce_sum(x, 1));
  s.output("rows", reduce_sum(x, 2));
}
TEST(primitives, sums_over_other_axes) { expect_right(sums_over_other_axes, {form::training, form::inference, form::program}); }

// One value stands in two concatenations, and twice in one: it is written into one place of one, and copied to the others.
void in_two_places(builder& s) {
  const value x = s.input("x", rows({3})), a = tanh(x), b = x * 2 + 1;
  s.output("first", concat({a, b}, 1));
  s.output("second", concat({b, a}, 1));
  s.output("twice", concat({a, a, b}, 1));
}
TEST(primitives, in_two_places) { expect_right(in_two_places, {form::training, form::inference, form::program}); }
// What only one reads is computed where it stands there: nothing is copied.
void in_one_place(builder& s) {
  const value x = s.input("x", rows({3}));
  s.output("both", concat({tanh(x), x * 2 + 1}, 1));
}
TEST(primitives, in_one_place) {
  tally t;
  EXPECT_EQ(trial::run({form::program, 1, 4, 3, 1, {}}, in_one_place, t), "");
  EXPECT_EQ(t.steps[static_cast<int>(step_kind::copy)], 0);
}

// A narrow result may have the memory of a narrow operand that nobody reads again; it is written in its own size there.
void narrow_in_place(builder& s) {
  const value x = s.input("x", rows({7}));
  const value once = cast(minimum(cast(cast(x * 90, i8), i32), 50) * 77777, i8), again = cast(maximum(cast(once, i32), -9) * 3, i8);
  s.output("y", reduce_sum(cast(again, f32), {0, 1}));
  s.output("z", cast(again, i32));
}
TEST(primitives, narrow_in_place) { expect_right(narrow_in_place, {form::training, form::inference, form::program}); }

// Numbers of 16 bits of two results of one loop may share a word.
void in_one_word(builder& s) {
  const value x = s.input("x", rows({7}), u16);
  s.output("y", concat({x + 1, x * 3}, 1));
  s.output("z", concat({x == 4, x > 9}, 1));
}
TEST(primitives, in_one_word) { expect_right(in_one_word, {form::training, form::inference, form::program}); }

// Fractions that become whole numbers and fractions again have lost something.
void truncated_halves(builder& s) {
  const value x = s.input("x", rows({7}), f16);
  s.output("y", cast(cast(x * 9, i32), f16));
}
TEST(primitives, truncated_halves) { expect_right(truncated_halves, {form::training, form::inference, form::program}); }

// A loop that reduces draws nothing.
void drawn_sums(builder& s) {
  const value x = s.input("x", rows({3, 5}));
  s.output("rows", reduce_sum(random_like(x, "a"), 2));
  s.output("columns", reduce_max(random_like(x, "b"), 1));
}
TEST(primitives, drawn_sums) { expect_right(drawn_sums, {form::training, form::program}); }

// A number that is a mask.
void constant_masks(builder& s) {
  const value x = s.input("x", rows({3})), yes = constant(s.get(), 1, boolean), no = constant(s.get(), 0, boolean);
  s.output("yes", select(yes, x, -x));
  s.output("no", select(no, x, -x));
  s.output("both", cast(concat({broadcast_to(yes, rows({2})), broadcast_to(no, rows({1})), x > 0}), f32));
}
TEST(primitives, constant_masks) { expect_right(constant_masks, {form::training, form::inference, form::program}); }

// As many rows of a weight as there are rows: of a number that packing does not know.
void repeated_weights(builder& s) {
  const value x = s.input("x", rows({2})), w = state_variable(x, "w", role::weight, {2}, {initial::uniform, 1, 0}),
              matrix = state_variable(x, "matrix", role::weight, {2, 3}, {initial::uniform, 1, 0});
  const value repeated = broadcast_to(tanh(w), rows({2}));
  s.output("joined", concat({repeated, x, broadcast_to(constant(s.get(), 3, f32), rows({1}))}));
  s.output("product", matmul(repeated * 2, matrix) + matmul(x, matrix));
  s.output("rows", repeated);
  s.output("sum", reduce_sum(exp(repeated), 0));
  s.output("added", x + broadcast_to(w * 2, rows({2})));
}
TEST(primitives, repeated_weights) { expect_right(repeated_weights, {form::training, form::inference, form::program}); }

// What a convolution of inference does in its registers - an addend, then maximum, then minimum - and what it leaves to a program.
void finished_convolutions(builder& s) {
  const value x = s.input("x", rows({5, 5, 8})), column = s.input("column", rows({5, 5, 1})), p = s.input("p", rows({5, 5, 40}));
  const auto conv = [&](const char* name, int filters) {
    const value w = state_variable(x, name, role::weight, {3, 3, 8, filters}, {initial::uniform, 0.3, 0});
    return conv2d(x, w, {.padding = padding::same});
  };
  const auto bias = [&](const char* name) { return state_variable(x, name, role::weight, {8}, {initial::uniform, 1, 0}); };
  s.output("add", conv("a", 8) + x);
  s.output("all", minimum(maximum(conv("b", 8) + bias("bias_b") + x, -0.5), 0.5));
  s.output("high", minimum(conv("c", 8) + x, 0.25));
  s.output("low", maximum(0, conv("d", 8)));
  s.output("clamp", minimum(maximum(conv("e", 8), -0.25), 0.25));
  s.output("other_order", maximum(minimum(conv("f", 8), 0.25), -0.25));
  s.output("twice", conv("g", 8) + x + tanh(x));
  s.output("behind", maximum(conv("h", 8), 0) + x);
  s.output("column", maximum(0, conv("i", 8) + column));  // one addend for all channels
  s.output("itself", maximum(conv("j", 8) * 2, 0));
  const value kept = conv("k", 8);
  s.output("kept", kept), s.output("used", maximum(kept + x, 0));  // two results
  s.output("wide", minimum(maximum(conv("l", 40) + p, 0), 6));
}
TEST(primitives, finished_convolutions) {
  const tally t = expect_right(finished_convolutions, {form::training, form::inference, form::program});
  EXPECT_GT(t.steps[static_cast<int>(step_kind::direct_conv2d)], 0);
}

// Winograd's method with the smaller tile: filters that are bound, and in training, where they are transformed in every step.
value filters_of(value x, int c, int o) { return state_variable(x, "w", role::weight, {3, 3, c, o}, {initial::uniform, 0.05, 0}); }
void small_images(builder& s) {
  const value x = s.input("x", rows({4, 4, 64}));
  s.output("y", maximum(0, conv2d(x, filters_of(x, 64, 64), {.padding = padding::same})));
}
void larger_images(builder& s) {
  const value x = s.input("x", rows({8, 8, 64})), w = filters_of(x, 64, 64), y = conv2d(x, w, {.padding = padding::same});
  s.output("y", maximum(0, y));
  if (!s.get().training) return;
  const vec<value> d = gradients(reduce_mean(y * y), {x, w});
  s.output("dx", d[0]), s.output("dw", d[1]);
}
TEST(primitives, winograd) {
  EXPECT_EQ(expect_right(small_images, {form::inference}).steps[static_cast<int>(step_kind::winograd2_conv2d)], 2);
  const tally t = expect_right(larger_images, {form::training});
  EXPECT_EQ(t.steps[static_cast<int>(step_kind::winograd2_filters)], 4);  // of the results and of the gradient by x, for 1 and 4 rows
  EXPECT_EQ(t.steps[static_cast<int>(step_kind::winograd2_conv2d)], 4);
  EXPECT_EQ(t.steps[static_cast<int>(step_kind::winograd4_filter_grad)], 2);
}

// NaN is the larger and the smaller of two, whichever it is.
void nan_of_two(builder& s) {
  const value x = s.input("x", rows({5})), zero = x * 0, none = zero / zero;
  const value found[] = {maximum(none, x), maximum(x, none), maximum(none, 1), maximum(1, none),
                         minimum(none, x), minimum(x, none), minimum(none, 1), minimum(1, none)};
  value count = cast(found[0] != found[0], f32);
  for (int i = 1; i < 8; ++i) count = count + cast(found[i] != found[i], f32) * (1 << i);
  s.output("count", count);
}
TEST(primitives, nan_of_two) { expect_right(nan_of_two, {form::training, form::inference, form::program}); }

// Sixteen steps may go through rows together, and memory is not given on before the last one of such a run. The second step here writes into a
// concatenation's rows and goes alone, so that the run after it ends where memory has been given on already: its last steps stay out.
void given_on(builder& s) {
  const value x = s.input("x", rows({1100})), z = s.input("z", rows({3000}));
  value y = sin(x * 2), most = reduce_max(y, 1, true);
  const value early = z - most, part = sin(early), other = cos(early);
  for (int i = 0; i < 13; ++i) y = sin(y + most), most = reduce_max(y, 1, true);
  y = sin(other - most);
  s.output("last", reduce_max(y * (y - reduce_max(y, 1, true)), 1));
  s.output("parts", concat({part, z}, 1));
}
TEST(row_blocks, leave_out_steps_that_were_given_their_memory) {
  tally t;
  EXPECT_EQ(trial::run({form::inference, 1, 64, 3, 1, {}}, given_on, t), "");
  EXPECT_GT(t.rows, 0);
}

// So many blocks of the arena that they are placed in the order of their lives.
TEST(primitives, many_blocks) {
  const auto draw = [](builder& s) {
    const value x = s.input("x", rows({5}));
    const value w = read_variable(s.get(), declare_variable(s.get(), "w", role::weight, f32, {5, 5}, {initial::uniform, 0.4, 0}, {}));
    vec<value> kept;
    value y = x;
    for (int i = 0; i < few_blocks; ++i) {
      y = tanh(matmul(y, w) + 0.01 * i);
      if (i % 3 == 0) kept.push(y);
    }
    for (const value& v : kept) y = y * 0.9 + matmul(v, w) * 0.1;
    s.output("y", y);
  };
  builder s(false);
  draw(s);
  const graph g = simplify_pass(build_pass(s.get()));
  const fusion f = fuse(g, 4);
  EXPECT_GT(igata::detail::place_groups({g, f, 4}).blocks.size(), few_blocks);
  expect_right(draw, {form::training, form::inference});
}

// Whole models, of fewer rows than they are planned for and of as many: the same bits where dead and unwritten memory is poisoned, and in parts.
void models(const draw_function& draw) {
  for (const form kind : {form::training, form::inference})
    for (const int n : {1, 3, 8}) {
      tally t;
      EXPECT_EQ(trial::run_alone({kind, 1, 8, n, 1, {}}, draw, t), "") << static_cast<int>(kind) << ", rows " << n;
      EXPECT_EQ(t.graphs, 1);
    }
}
void learn(builder& s, value y) {
  s.output("y", y);
  if (s.get().training) s.minimize(loss::softmax_cross_entropy{}(y, s.input("label", rows({}), i32, 10)), "*", optim::adam{});
}
TEST(poison, convolutions) {
  models([](builder& s) {
    value x = nn::max_pool2d(relu(nn::conv2d(s.input("x", rows({28, 28, 1})), {.filters = 6, .kernel = 5})), {.size = 2});
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 16, .kernel = 5})), {.size = 2});
    x = relu(nn::dense(relu(nn::dense(nn::flatten(x), {.units = 120})), {.units = 84}));
    learn(s, nn::dense(nn::dropout(x, {.rate = 0.25}), {.units = 10}));
  });
}
TEST(poison, residual_blocks) {
  models([](builder& s) {
    value x = s.input("x", rows({12, 12, 3}));
    for (int width = 8; width <= 16; width *= 2)
      for (int i = 0; i < 2; ++i) {
        const int stride = width > 8 && i == 0 ? 2 : 1;
        value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = width, .kernel = 3, .stride = stride, .padding = 1, .use_bias = false})));
        y = nn::batch_norm(nn::conv2d(y, {.filters = width, .kernel = 3, .padding = 1, .use_bias = false}));
        if (i == 0) x = nn::conv2d(x, {.filters = width, .kernel = 1, .stride = stride, .use_bias = false});
        x = relu(x + y);
      }
    learn(s, nn::dense(nn::global_avg_pool2d(x), {.units = 10}));
  });
}
TEST(poison, recurrences) {
  models([](builder& s) {
    const value x = nn::lstm(s.input("x", rows({6, 5})), {.units = 12, .return_sequences = true});
    learn(s, nn::dense(nn::layer_norm(nn::gru(x, {.units = 9})), {.units = 10}));
  });
}

}  // namespace
