// The way of a graph at run time: what the builder refuses and holds, what the verifier finds, where the passes cut, and what becomes of a mistake.
#include "../graph_test.hpp"

#include <igata/nn/all.hpp>
#include <igata/optim/all.hpp>
#include <igata/passes/compilation.hpp>

using namespace testing_graphs;

namespace {

constexpr auto sgd = optim::sgd{.learning_rate = 0.5};
value loss_of(builder& s) { return reduce_mean(nn::dense(s.input("x", rows({3})), {.units = 1})); }

TEST(builder, refuses_inputs) {
  const auto refused = [](std::string_view name, const shape& dims, dtype type = f32, int classes = 0) {
    return failure_of([&](builder& s) { EXPECT_FALSE(s.input(name, dims, type, classes).valid()); });
  };
  EXPECT_EQ(refused("x", rows({2, 0})), "input: 'x' is [n,2,0]; extents must be 1 or more");
  EXPECT_EQ(refused("x", rows({1, 1, 1, 1, 1, 1})), "input: 'x' has 6 extents; at most 5");
  EXPECT_EQ(refused("x", {1, 1, 1, 1, 1, 1, 1}), "input: 'x' has 7 extents; at most 6");
  EXPECT_EQ(refused("x", rows({}), i32, -1), "input: 'x' has -1 classes; must be 1 or more, or 0 for any number");
  EXPECT_EQ(refused("", rows({2})), "input: '' has no name; give it one");
  const auto twice = [](builder& s) {
    s.input("x", rows({2}));
    EXPECT_FALSE(s.input("x", rows({2})).valid());
  };
  EXPECT_EQ(failure_of(twice), "input: 'x' is there already; give the second another name");
}
TEST(builder, refuses_outputs) {
  builder other(false);
  const value y = other.input("y", rows({2}));
  EXPECT_EQ(failure_of([&](builder& s) { s.output("y", y); }), "output: 'y' belongs to another graph; build each model from its own inputs");
}
TEST(builder, refuses_losses) {
  builder other(true);
  const value elsewhere = loss_of(other);
  EXPECT_EQ(failure_of([&](builder& s) { s.minimize(elsewhere, "*", sgd); }, true),
            "minimize: the loss belongs to another graph; build each model from its own inputs");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(value(), "*", sgd); }, true), "minimize: the loss is no value; return what reduce_mean gives");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(cast(reduce_sum(s.input("x", rows({2}))), i32), "*", sgd); }, true),
            "minimize: the loss must be one number, got i32[]; take its mean");
  // Four names at most.
  const auto many = [](builder& s) {
    value x = s.input("x", rows({3}));
    for (int i = 0; i < 3; ++i) x = nn::dense(x, {.units = 3, .name = {"d", i}});
    s.minimize(reduce_mean(x), "e*", sgd);
  };
  EXPECT_EQ(failure_of(many, true),
            "minimize: no trainable parameter below the loss matches 'e*'; parameters are d0/kernel, d0/bias, d1/kernel, d1/bias ...");
}
TEST(builder, refuses_optimizers) {
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", sgd, optim::name<"a">, optim::name<"b">); }, true),
            "minimize: optim::name is given twice, 'a' and 'b'; give one");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", sgd, optim::name<"a/b">); }, true),
            "minimize: optim::name<\"a/b\">: a name without '/', that no optimizer has by itself");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", sgd, optim::name<"optimizer_12">); }, true),
            "minimize: optim::name<\"optimizer_12\">: a name without '/', that no optimizer has by itself");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", sgd, optim::name<"optimizer_b">); }, true), "");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", [](update&, value, value) { return value(); }); }, true),
            "minimize: the optimizer returned no value; return the parameter's next one");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", sgd, [](value) { return value(); }); }, true),
            "minimize: the schedule returned no value; return a factor of the learning rate");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", 3); }, true),
            "minimize: int is no optimizer, (Update&, value weight, value gradient) -> value");
  EXPECT_EQ(failure_of([](builder& s) { s.minimize(loss_of(s), "*", sgd, 3); }, true),
            "minimize: int is no change of gradients, (const vec<value>&, vec<value>&), and no schedule, (value step) -> value");
  const auto factor = [](value step) { return 1 / step; };
  EXPECT_TRUE(
      failure_of([&](builder& s) { s.minimize(loss_of(s), "*", sgd, factor, factor); }, true).view().ends_with(" is a second schedule; give one"));
}
// After a mistake nothing more is said or added.
TEST(builder, the_first_mistake_is_the_only_one) {
  builder s(true);
  const value loss = loss_of(s);
  s.output("y", value());
  const text first(s.get().failure.view());
  const int nodes = s.get().nodes.size();
  s.output("z", loss), s.freeze("none"), s.minimize(value(), "*", sgd), s.name_layers({loss}), s.input("", {});
  const auto no_options = [](auto) {};
  s.begin_minimize({}, value(), "*", {}, no_options), s.continue_minimize(0, 1, {}, sgd, no_options);
  EXPECT_FALSE((loss + 1).valid());
  EXPECT_EQ(s.get().failure, first);
  EXPECT_EQ(s.get().nodes.size(), nodes);
  EXPECT_EQ(s.get().outputs.size(), 0);
}

// Frozen statistics: in training a batch norm normalises by the moving ones, which stay; another one, and a weight, go on.
TEST(builder, held_statistics) {
  builder s(true);
  const value x = s.input("x", rows({2}));
  const auto norm = [](value v, const char* name) {
    return nn::batch_norm(v, {.momentum = 0.5, .epsilon = 1, .scale = false, .center = false, .name = name});
  };
  const value held = norm(x, "held"), free = norm(x, "free");
  s.freeze("held/*");
  s.output("held", held), s.output("free", free);
  const graph g = finalize(s.get());
  ASSERT_EQ(g.assigns.size(), 2);
  environment env;
  env.n = 2;
  env.inputs.push(numbers({1, 2, 3, 6}));
  for (const variable& v : g.variables) env.variables.push(g.view(v.leaf) == "moving_mean" ? numbers({10, 20}) : numbers({3, 8}));
  expect_near(run(g, env, "held"), numbers({-4.5, -6, -3.5, -14 / 3.0}));
  expect_near(run(g, env, "free"), numbers({-1 / std::sqrt(2.0), -2 / std::sqrt(5.0), 1 / std::sqrt(2.0), 2 / std::sqrt(5.0)}));
  const auto values = evaluate(g, env);
  for (const assignment& a : g.assigns) {
    const variable& v = g.variables[a.variable];
    const text path = g.path_of(v);
    EXPECT_TRUE(path.view().starts_with("free/")) << path.view();
    EXPECT_EQ(&g.assigns[v.assigned], &a);
    expect_near(values[a.id], g.view(v.leaf) == "moving_mean" ? numbers({6, 12}) : numbers({2, 6}));
  }
}

TEST(builder, variables_have_any_type) {
  const auto refused = [](const shape& dims, dtype type) {
    return failure_of([&](builder& s) {
      const bool valid = state_variable(s.input("x", rows({2})), "w", role::buffer, dims, constant_initializer(1), type).valid();
      EXPECT_NE(valid, s.get().failed());
    });
  };
  EXPECT_EQ(refused({2}, i64), "");
  EXPECT_EQ(refused({2}, boolean), "");
  EXPECT_EQ(refused({1, 1, 1, 1, 1, 1, 1}, f32), "w: has 7 axes; at most 6");
  EXPECT_EQ(refused({2, 0}, f32), "w: [2,0] has no elements; extents must be 1 or more");
  EXPECT_EQ(refused({1 << 20, 1 << 20}, f32), "w: [1048576,1048576] has more than 2^31 elements; use smaller extents");
  EXPECT_EQ(refused({2}, i32), "");
}
// What one budget of constant evaluation leaves to the next: the same updates in the end.
TEST(builder, updates_in_pieces) {
  const auto draw = [](builder& s) {
    const value x = s.input("x", rows({3}));
    const value y = nn::dense(nn::dense(x, {.units = 4}), {.units = 2});
    return reduce_mean(y * y);
  };
  const auto none = [](const auto&) {};
  constexpr optim::adam optimizer{};
  builder whole(true);
  const value loss = draw(whole);
  whole.output("loss", loss);
  whole.minimize_with({}, loss, "*", {}, optimizer, none);
  builder pieces(true);
  const value again = draw(pieces);
  pieces.output("loss", again);
  pieces.begin_minimize({}, again, "*", {}, none);
  int turns = 0;
  for (; pieces.get().outputs.size() > 1; ++turns) pieces.continue_minimize(1, 3, {}, optimizer, none);
  EXPECT_EQ(turns, 2);  // of four parameters
  EXPECT_EQ(print(finalize(pieces.get())), print(finalize(whole.get())));
}
TEST(builder, blocks_inside_each_other) {
  const auto nested = [](int depth) {
    return failure_of([&](builder& s) {
      const auto inside = [](auto self, value x, int left) -> value {
        return left ? nn::block("b", [&](value v) { return self(self, v, left - 1); })(x) : x + 1;
      };
      inside(inside, s.input("x", rows({2})), depth);
    });
  };
  EXPECT_EQ(nested(60), "");
  EXPECT_TRUE(nested(61).view().ends_with("more than 60 layers inside each other; name fewer blocks")) << nested(61).view();
}

// A graph that a pass broke, at the node that `damage` returns.
template <class F>
void expect_broken(F damage, std::string_view code, std::string_view what) {
  builder s(true);
  const value x = s.input("x", rows({2})), w = state_variable(x, "w", role::weight, {2}, constant_initializer(1));
  s.output("y", x * w + 1);
  s.output("z", reshape(tanh(x), {2, 1}));
  s.output("t", transpose(reduce_sum(broadcast_to(reshape(x, {2, 1}), {2, 3}), 2, true), {0, 2, 1}));
  s.output("k", cast(iota(s.get(), 2, f32) * batch_size(s.get()), i32));
  assign(w, w * 2);
  graph g = finalize(s.get());
  verify_graph(g, "fuse");
  ASSERT_FALSE(g.failed());
  const int id = damage(g);
  text where;
  if (id >= 0) where << "node %" << id << " (" << code << "): ";
  const text expected = text() << "fuse: internal error: " << where << what << "; please report it";
  verify_graph(g, "fuse"), verify_graph(g, "plan");  // the first stays
  EXPECT_EQ(g.failure, expected);
}
int last_of(const graph& g, op code) {
  int id = g.nodes.size() - 1;
  while (g.nodes[id].code != code) --id;
  return id;
}
TEST(verify, says_what_is_broken) {
  const auto edge = [](int k, int to) {
    return [=](graph& g) {
      const int id = last_of(g, op::add);
      g.edges[g.nodes[id].first + k] = to < 0 ? to : id;
      return id;
    };
  };
  expect_broken([](graph& g) { return g.nodes[last_of(g, op::add)].arity = 1, last_of(g, op::add); }, "add", "wrong number of operands");
  expect_broken(edge(0, 0), "add", "operand is not computed before its user");
  expect_broken(edge(1, -1), "add", "operand is not computed before its user");
  expect_broken([](graph& g) { return g.nodes[last_of(g, op::mul)].dims.rank = 7, last_of(g, op::mul); }, "mul", "rank above 6");
  expect_broken([](graph& g) { return g.nodes[last_of(g, op::input)].attribute_count = 100, last_of(g, op::input); }, "input", "attributes missing");
  const auto told = [](op code, int count) {
    return [=](graph& g) {
      const int id = last_of(g, code);
      g.attributes.resize(g.attributes.size() + count);
      g.nodes[id].attribute_count = count;
      return id;
    };
  };
  expect_broken(told(op::input, 0), "input", "wrong number of attributes");
  expect_broken(told(op::add, 1), "add", "wrong number of attributes");
  expect_broken(told(op::broadcast_to, 2), "broadcast_to", "wrong number of attributes");
  expect_broken(told(op::transpose, 2), "transpose", "wrong number of attributes");
  expect_broken(told(op::reduce_sum, 2), "reduce_sum", "wrong number of attributes");
  const auto leaf = [](op code, auto damage) {
    return [=](graph& g) {
      const int id = last_of(g, code);
      damage(g, g.nodes[id]);
      return id;
    };
  };
  expect_broken(leaf(op::add, [](graph& g, node& v) { v.scope = g.scopes.size(); }), "add", "no such scope");
  expect_broken(leaf(op::input, [](graph& g, node& v) { g.attributes[v.attributes] = 1; }), "input", "no such input");
  expect_broken(leaf(op::input, [](graph& g, node&) { g.inputs[0].id = 1; }), "input", "another node is its input");
  expect_broken(leaf(op::input, [](graph& g, node&) { g.inputs[0].dims = rows({3}); }), "input", "its input has another type or shape");
  expect_broken(leaf(op::variable, [](graph& g, node& v) { g.attributes[v.attributes] = -1; }), "variable", "no such variable");
  expect_broken(leaf(op::variable, [](graph& g, node&) { g.variables[0].type = i32; }), "variable", "its variable has another type or shape");
  expect_broken(leaf(op::constant, [](graph&, node& v) { v.dims = {1}; }), "constant", "a constant is one number");
  expect_broken(leaf(op::constant, [](graph&, node& v) { v.type = i32, v.number = 0.5; }), "constant", "its number is no i32");
  expect_broken(leaf(op::iota, [](graph&, node& v) { v.dims = {}; }), "iota", "its shape is not [k]");
  expect_broken(leaf(op::batch_size, [](graph&, node& v) { v.type = i32; }), "batch_size", "the number of rows is one f32");
  expect_broken(leaf(op::batch_size, [](graph& g, node& v) { g.attributes[v.attributes] = 5; }), "batch_size", "no such symbol");
  expect_broken(leaf(op::input, [](graph& g, node& v) { v.code = op::bound, g.attributes[v.attributes] = -1; }), "bound",
                "no value that is known when weights are packed");
  // What the primitive's own rule says: of a result, of a result without its batch, of a type, of operands that do not fit together.
  expect_broken(leaf(op::add, [](graph&, node& v) { v.dims = rows({3}); }), "add", "is f32[n,3], by its rule f32[n,2]");
  expect_broken(leaf(op::add, [](graph&, node& v) { v.dims = {1, 2}; }), "add", "is f32[1,2], by its rule f32[n,2]");
  expect_broken(leaf(op::tanh, [](graph&, node& v) { v.type = i32; }), "tanh", "is i32[n,2], by its rule f32[n,2]");
  expect_broken(leaf(op::reshape, [](graph&, node& v) { v.dims = {5}; }), "reshape",
                "its rule says: reshape: [n,2] to [5] changes the number of elements; the product of the extents must stay");
  // Beside the nodes.
  expect_broken([](graph& g) { return g.inputs.push({}).id = 100, -1; }, "", "an input is another node");
  expect_broken([](graph& g) { return g.inputs.push({}).id = last_of(g, op::add), -1; }, "", "an input is another node");
  expect_broken([](graph& g) { return g.outputs[0].id = 100, -1; }, "", "an output is no node");
  expect_broken([](graph& g) { return g.variables[0].scope = 9, -1; }, "", "a variable's scope or parameter is missing");
  expect_broken([](graph& g) { return g.variables[0].leaf.size = 1 << 20, -1; }, "", "a variable has no name");
  expect_broken([](graph& g) { return g.assigns[0].variable = 5, -1; }, "", "an assignment's value or variable is missing");
  expect_broken([](graph& g) { return g.assigns[0].id = last_of(g, op::tanh); }, "tanh", "assigned to a variable of another shape");
  expect_broken([](graph& g) { return g.assigns[0].id = last_of(g, op::cast); }, "cast", "assigned to a variable of another type");
}
// The same in a compiler: a pass that leaves a wrong shape ends with the graph.
constexpr bool finds_a_wrong_shape() {
  builder s(false);
  s.output("y", tanh(s.input("x", rows({2}))));
  graph g = build_pass(s.get());
  if (g.failed()) return false;
  g.nodes.own();
  g.nodes[g.outputs[0].id].dims = rows({3});
  verify_graph(g, "simplify");
  return g.failure == text("simplify: internal error: node %1 (tanh): is f32[n,3], by its rule f32[n,2]; please report it");
}
static_assert(finds_a_wrong_shape());
// Shapes that are given, of gradients: their operands must be able to make them.
TEST(verify, given_shapes) {
  const auto refused = [](op code, auto draw) {
    builder s(true);
    draw(s);
    graph g = build_pass(s.get());
    ASSERT_EQ(std::string(g.failure.view()), "") << name_of(code);
    for (int axis = 0; axis < g.nodes[last_of(g, code)].dims.rank; ++axis) {
      graph broken = g;
      ++broken.nodes[last_of(g, code)].dims[axis];
      verify_graph(broken, "simplify");
      const text where = text() << '(' << name_of(code) << "): ";
      EXPECT_TRUE(contains(broken.failure, where.view()) && contains(broken.failure, "its rule")) << where << axis << broken.failure;
    }
  };
  const auto images = [](auto f) {
    return [=](builder& s) {
      const value x = s.input("x", rows({6, 6, 4})), y = f(x);
      s.output("dx", gradients(reduce_sum(y * y), {x})[0]);
    };
  };
  const auto filters = [](builder& s) {
    const value x = s.input("x", rows({6, 6, 4})), w = state_variable(x, "w", role::weight, {3, 3, 4, 5}, constant_initializer(1)), y = conv2d(x, w);
    const vec<value> d = gradients(reduce_sum(y * y), {x, w});
    s.output("dx", d[0]), s.output("dw", d[1]);
  };
  refused(op::conv2d_input_grad, filters);
  refused(op::conv2d_filter_grad, filters);
  refused(op::max_pool2d_grad, images([](value x) { return max_pool2d(x, {.size = 3, .stride = 1}); }));
  refused(op::avg_pool2d_grad, images([](value x) { return avg_pool2d(x, {.size = 3, .stride = 1}); }));
  const auto table = [](auto f) {
    return [=](builder& s) {
      const value x = s.input("x", rows({3})), w = state_variable(x, "w", role::weight, {7, 3}, constant_initializer(1));
      const value y = f(x, w, cast(x, i32));
      s.output("d", gradients(reduce_sum(y * y), {w, x})[0]);
    };
  };
  const auto rows_of_a_table = table([](value, value w, value index) { return gather(w, index); });
  builder s(true);
  rows_of_a_table(s);
  graph g = build_pass(s.get());
  ++g.nodes[last_of(g, op::scatter)].dims[1];  // rows of a table there may be any number of
  verify_graph(g, "plan");
  EXPECT_TRUE(contains(g.failure, "(scatter): its rule says: scatter: [7,4] does not belong to its operands")) << g.failure;
  builder t(true);
  const value x = t.input("x", rows({5, 3})), index = t.input("i", rows({2, 3}), i32), y = take_along_axis(x, index, 1);
  t.output("d", gradients(reduce_sum(y * y), {x})[0]);
  g = build_pass(t.get());
  ++g.nodes[last_of(g, op::put_along_axis)].dims[2];
  verify_graph(g, "plan");
  EXPECT_TRUE(contains(g.failure, "(put_along_axis): its rule says: put_along_axis: [n,5,4] does not belong to its operands")) << g.failure;
}
// Behind the cut both parts are looked at.
TEST(verify, every_pass_of_the_list) {
  compilation c;
  c.splits = true, c.max_batch = 4;
  builder s(false);
  const value x = s.input("x", rows({3, 4}));
  s.output("y", reduce_sum(nn::dense(x, {.units = 4}) * 2, {0, 2}));
  c.drawn = s.get();
  int behind = 0;
  run_passes(c, [&](compiler_pass p) { EXPECT_EQ(static_cast<int>(p), behind++); });
  EXPECT_EQ(behind, pass_count);
  EXPECT_EQ(std::string(c.planned.failure.view()), "");
  EXPECT_EQ(c.groups.groups.size(), static_cast<int>(c.placed.scratch.size()));
  EXPECT_FALSE(c.planned.steps.empty());
  const fusion f = fuse(c.main, 4, c.forms);
  EXPECT_EQ(print_plan(c.main, f, plan_pass(c.main, c.forms, 4)), print(c, dump_name::plan));
  EXPECT_EQ(print(simplify_pass(c.built)), print(c, dump_name::simplify));  // legalized
}

// A mistake goes through all passes, to the plan, and is printed.
TEST(pipeline, a_mistake_stays) {
  builder s(false);
  s.output("y", nn::dense(s.input("x", rows({2})), {.units = 0}));
  const graph g = simplify_pass(build_pass(s.get()));
  EXPECT_TRUE(g.failure.view().ends_with("dense: .units = 0; must be 1 or more"));
  EXPECT_EQ(print(g), text() << "error: " << g.failure << '\n');
  for (const bool splits : {true, false}) {
    const bind_split b = bind_pass(g, splits);
    EXPECT_EQ(b.main.failure, g.failure);
    EXPECT_TRUE(b.values.empty());
    EXPECT_EQ(plan_pass(b.main, {}, 4).failure, g.failure);
  }
  EXPECT_EQ(legalize(g).failure, g.failure);
}
// The cut between what weights alone decide and the rest, with the state of a program: both parts together are the whole.
TEST(split, both_parts_are_the_whole) {
  builder s(false);
  const value x = s.input("x", rows({3})), w = state_variable(x, "w", role::weight, {3, 3}, constant_initializer(1));
  const value v = state_variable(x, "v", role::weight, {3}, constant_initializer(1)),
              sum = state_variable(x, "sum", role::buffer, {3}, constant_initializer(0));
  const value turned = state_variable(x, "turned", role::weight, {3, 3}, constant_initializer(1)),
              last = state_variable(x, "last", role::buffer, {3}, constant_initializer(0));
  const value both = matmul(x, w) + matmul(x * 2, w, {.transpose_b = true});  // one matrix, read in two ways
  s.output("y", both + matmul(x, tanh(turned), {.transpose_b = true}) * exp(v) + sum);
  s.output("weights", exp(v) * 2);
  s.output("steps", v * iota(s.get(), 3, f32) + batch_size(s.get()));
  s.output("noise", random_like(x) * tanh(v));
  assign(sum, sum + reduce_mean(x, 0) * exp(v));
  assign(last, v * 3);
  const graph whole = simplify_pass(build_pass(s.get()));
  const bind_split cut = bind_pass(whole, true);
  ASSERT_FALSE(cut.main.failed());
  EXPECT_TRUE(cut.bind.assigns.empty());
  int packed = 0, plain = 0;
  for (const bound_value& b : cut.values) {
    ++(b.form == weight_form::panels ? packed : plain);
    EXPECT_EQ(b.transposed, b.form == weight_form::panels);
  }
  EXPECT_EQ(packed, 1);  // only what is read in one way: tanh(turned)
  EXPECT_EQ(plain, cut.values.size() - 1);
  for (const node& n : cut.main.nodes)
    EXPECT_FALSE(n.code == op::variable && cut.main.variables[leaf_index(cut.main, n)].kind == role::weight);  // only state

  // Each part has numbers of its own for the variables.
  const environment env = random_environment(whole, 4);
  const auto of = [&](const graph& part) {
    environment e;
    e.n = env.n, e.inputs = env.inputs;
    for (const variable& mine : part.variables)
      for (int i = 0; i < whole.variables.size(); ++i)
        if (whole.path_of(whole.variables[i]) == part.path_of(mine)) e.variables.push(env.variables[i]);
    EXPECT_EQ(e.variables.size(), part.variables.size());
    return e;
  };
  const auto all = evaluate(whole, env), bound = evaluate(cut.bind, of(cut.bind));
  environment with_bound = of(cut.main);
  for (const output_entry& o : cut.bind.outputs) with_bound.bound.push(bound[o.id]);
  const auto rest = evaluate(cut.main, with_bound);
  for (int i = 0; i < whole.outputs.size(); ++i) expect_near(rest[cut.main.outputs[i].id], all[whole.outputs[i].id]);
  ASSERT_EQ(cut.main.assigns.size(), whole.assigns.size());
  for (int i = 0; i < whole.assigns.size(); ++i) {
    EXPECT_EQ(cut.main.path_of(cut.main.variables[cut.main.assigns[i].variable]), whole.path_of(whole.variables[whole.assigns[i].variable]));
    expect_near(rest[cut.main.assigns[i].id], all[whole.assigns[i].id]);
  }
}
// A weight that the graph of weights reads too is stored as the products want it.
TEST(split, weights_that_are_read_in_both_parts) {
  builder s(false);
  const value x = s.input("x", rows({3})), w = state_variable(x, "w", role::weight, {3, 3}, constant_initializer(1));
  s.output("y", matmul(x, w) + reduce_sum(w, 0));
  const bind_split cut = bind_pass(simplify_pass(build_pass(s.get())), true);
  int packed = 0;
  for (const bound_value& b : cut.values) packed += b.form == weight_form::panels;
  EXPECT_EQ(packed, 1);
  EXPECT_EQ(cut.values.size(), 2);
}
// winograd::off: no filters are transformed, bound or not.
TEST(split, without_winograd) {
  const auto kinds = [](bool training, bool winograd) {
    builder s(training);
    const value x = s.input("x", rows({8, 8, 64})), w = state_variable(x, "w", role::weight, {3, 3, 64, 64}, constant_initializer(1)),
                y = conv2d(x, w, {.padding = padding::same});
    s.output("y", y);
    if (training) s.output("dx", gradients(reduce_sum(y * y), {x, w})[0]), s.output("dw", gradients(reduce_sum(y * y), {w})[0]);
    const bind_split cut = bind_pass(simplify_pass(build_pass(s.get())), !training, winograd);
    text t;
    for (const plan_step& step : plan_pass(cut.main, forms_of(cut.values, winograd), 4).steps) {
      if (step.kind == step_kind::winograd2_conv2d || step.kind == step_kind::winograd4_conv2d) t << "winograd ";
      if (step.kind == step_kind::winograd2_filters) t << "filters ";
      if (step.kind == step_kind::winograd4_filter_grad) t << "winograd_filter_grad ";
      if (step.kind == step_kind::conv2d || step.kind == step_kind::direct_conv2d || step.kind == step_kind::conv2d_filter_grad ||
          step.kind == step_kind::conv2d_input_grad)
        t << "direct ";
    }
    return t;
  };
  EXPECT_EQ(kinds(false, true), "winograd ");
  EXPECT_EQ(kinds(false, false), "direct ");
  EXPECT_EQ(kinds(true, true), "filters winograd filters winograd winograd_filter_grad ");
  EXPECT_EQ(kinds(true, false), "direct direct direct ");
}

TEST(pipeline, the_arena_has_a_limit) {
  builder s(true);
  const value x = s.input("x", rows({1000}));
  const value y = tanh(x), z = matmul(y, state_variable(x, "w", role::weight, {1000, 1000}, constant_initializer(1)));
  s.output("y", reduce_sum(z * y, 1) + reduce_sum(exp(z), 1));
  const graph g = simplify_pass(build_pass(s.get()));
  EXPECT_EQ(plan_pass(g, {}, 1000).failure, "");
  EXPECT_TRUE(contains(plan_pass(g, {}, 4000000).failure, " elements, more than 2^31; use a smaller max_batch"));
}

}  // namespace
