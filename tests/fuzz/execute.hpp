// Takes a recipe through the passes at run time and executes its plan on an instruction set, beside the oracle on the graph as it was drawn.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <igata/draw/in_f64.hpp>
#include <igata/engine/all_bind_code.hpp>
#include <igata/engine/execute.hpp>
#include <igata/engine/packed_weights.hpp>
#include <igata/engine/records.hpp>
#include <igata/io/plan_file.hpp>
#include <igata/passes/compilation.hpp>
#include <igata/session.hpp>

#include "../isa_name.hpp"
#include "../reference_packing.hpp"
#include "draw.hpp"
#include "poison.hpp"
#include "straight.hpp"

namespace fuzz {

// Whether a kernel's result of exact operands is exact too, but for what a float has no room for.
inline bool is_exact(const graph& g, const node& v) {
  switch (v.code) {
    case op::neg: case op::abs: case op::sign: case op::floor: case op::ceil: case op::round: case op::logical_not:
    case op::maximum:
    case op::minimum:
    case op::select:
    case op::random_uniform:
    case op::pad:
    case op::concat:
    case op::reduce_max:
    case op::reduce_min:
    case op::max_pool2d: case op::gather: case op::take_along_axis: return true;
    case op::cast: return v.type != f32;
    case op::scatter: case op::put_along_axis: {
      const scatter_reduction how = attributes_of<op::scatter>(g, v).how();
      return !is_floating(v.type) || how == scatter_reduction::none || how >= scatter_reduction::max;
    }
    default: return v.arity == 0 || !is_floating(v.type) || family_of(v.code) == family::movement;
  }
}
// Of a type's arithmetic: a rounding, or of f32 what Winograd's method gives.
struct errors {
  static constexpr double of_rounding = 6.1e-8;
  double f32 = 3e-7, f64 = 1e-15;
  double of(const node& v) const {
    if (v.code == op::cast && v.type == igata::f32) return of_rounding;
    return v.type == igata::f64 ? f64 : has_fractions(v.type) ? f32 : 0;
  }
};

// An element of memory as the oracle holds it.
inline double held_at(const void* at, dtype type) {
  const auto as = [&](auto x) {
    std::memcpy(&x, at, sizeof x);
    return x;
  };
  switch (type) {
    case f32: return static_cast<double>(as(float{}));
    case f64: return as(double{});
    case f16: return static_cast<double>(float{as(float16{})});
    case bf16: return static_cast<double>(float{as(bfloat16{})});
    case boolean: return as(std::uint8_t{});
    default: return igata::detail::of_whole(type, [&](auto x) { return held_as(static_cast<std::uint64_t>(as(x)), type); });
  }
}

// The oracle with an error in every result that is not exact, in run 4 with f32 rounded: what differs between two of these runs is not determined.
inline vec<vec<double>> evaluate_roughly(const graph& g, const environment& env, std::uint32_t run, const errors& error) {
  vec<vec<double>> values;
  for (const node& v : g.nodes) {
    vec<double> out(v.code == op::input || v.code == op::variable ? 0 : static_cast<int>(v.dims.count(env.sizes())));
    switch (v.code) {
      case op::input: out = env.inputs[leaf_index(g, v)]; break;
      case op::variable: out = env.variables[leaf_index(g, v)]; break;
      case op::constant: out[0] = v.number; break;
      case op::batch_size: out[0] = env.sizes().of[leaf_index(g, v) + 1]; break;
      case op::iota: count_up(out, v.type); break;
      default: evaluation_rules[static_cast<int>(v.code)](evaluation{g, v, env.sizes(), values, out});
    }
    if (run == 4)
      for (double& x : out) x = v.type == f32 ? static_cast<double>(static_cast<float>(x)) : x;
    else if (!is_exact(g, v))
      for (int i = 0; i < out.size(); ++i) {
        if (v.code == op::cast && static_cast<double>(static_cast<float>(out[i])) == out[i]) continue;
        const random_pair p = random_bits({run, static_cast<std::uint32_t>(values.size())}, {static_cast<std::uint32_t>(i), 0});
        const double noise = run == 0   ? 1
                             : run == 1 ? -1
                                        : 2 * random_uniform(p.x) - 1;  // at a step's edge random ones might all be on one side
        out[i] += error.of(v) * noise * (std::abs(out[i]) + (family_of(v.code) == family::elementwise ? 0 : 0.3));
      }
    values.push(std::move(out));
  }
  return values;
}
// How near a result must be at least, by node, beside 1 or its size: some roundings of the coarsest type on its way.
inline std::vector<double> floors_of(const graph& g, const errors& error) {
  std::vector<double> floors;
  for (const node& v : g.nodes) {
    double most = 0;
    if (v.type == f32 && (v.code == op::cast || v.code == op::constant || v.code == op::pad)) most = errors::of_rounding;
    else if (!is_exact(g, v)) most = 70 * error.of(v);
    for (int i = 0; i < v.arity; ++i) most = std::max(most, floors[static_cast<std::size_t>(g.operand(v, i))]);
    floors.push_back(most);
  }
  return floors;
}

// What was compared, over all recipes.
struct tally {
  long graphs = 0, elements = 0, loose = 0, steps[static_cast<int>(step_kind::count_)]{};
  long ops[static_cast<int>(op::count_)]{}, split = 0, straight = 0, rows = 0, sessions = 0, wide = 0;
  long of_type[13]{};  // elements
};

// The graph of a recipe: of precision::fp64, and of all that draws 64 bits, in a test that includes <igata/f64.hpp>.
inline void draw(builder& b, const recipe& r) {
  drawing(b, r).draw();
  if (r.in_f64) compute_in_f64(b.get());
}
using draw_function = std::function<void(builder&)>;

class trial {
 public:
  // `r` says the form, the rows and what the numbers are drawn from. Returns nothing, or what went wrong first.
  static std::string run(const recipe& r, const draw_function& draw, tally& t) {
    trial one(r, draw, t);
    return one.run();
  }
  static std::string run(const recipe& r, tally& t) {
    return run(r, [&](builder& b) { draw(b, r); }, t);
  }
  // Without the oracle, which is slow: only whether all ways to execute a plan give the same bits.
  static std::string run_alone(const recipe& r, const draw_function& draw, tally& t) {
    trial one(r, draw, t);
    one.compares_ = false;
    return one.run();
  }
  static std::string drawn_graph(const recipe& r) {
    builder b(r.kind == form::training);
    draw(b, r);
    return b.get().failed() ? "" : std::string(print(finalize(b.get())).view());
  }

 private:
  trial(const recipe& r, const draw_function& draw, tally& t) : r_(r), draw_(draw), t_(t) {}

  std::string run() {
    builder b(r_.kind == form::training);
    draw_(b);
    if (b.get().failed()) return "drawing: " + std::string(b.get().failure.view());
    compilation made;
    made.drawn = b.get();
    made.splits = r_.kind == form::inference, made.max_batch = r_.most_rows;
    run_passes(made);
    built_ = made.built;
    for (const node& v : made.simplified.nodes) ++t_.ops[static_cast<int>(v.code)];
    t_.split += !made.values.empty();
    main_ = made.main;
    const execution_plan p = made.planned.failure.empty() ? io::plan_file::from_bytes(main_, io::plan_file::to_bytes(main_, made.planned), "plan")
                                                          : made.planned;  // as a file is read
    if (!p.failure.empty()) return std::string(p.failure.view());
    for (const plan_step& s : p.steps) ++t_.steps[static_cast<int>(s.kind)];
    ++t_.graphs;
    for (const plan_step& s : p.steps)
      if (s.kind >= step_kind::winograd2_conv2d && s.kind <= step_kind::winograd4_filters) error_.f32 = 3e-6;
    for (const plan_step& s : p.steps) t_.wide += s.wide, is_wide_ |= s.wide;
    prepare();
    if (compares_) expect();
    const packed_weights packed = made.values.empty()
                                      ? packed_weights()
                                      : packed_weights::make(made.bind, made.values.data(), made.values.size(), store_, igata::detail::all_bind_code);
    if (!made.values.empty())
      if (const std::string why = reference_packing::difference(made.bind, made.values.data(), made.values.size(), store_, packed); !why.empty())
        return why;
    for (const isa which : compiled_isas) {
      if (!igata::detail::cpu_runs(which)) continue;
      const std::vector<std::uint32_t> alone = execute_on(which, p, packed, 1);
      if (!failure_.empty()) return failure_;
      for (const std::uint32_t poison : poisons)
        if (execute_on(which, p, packed, 1, poison) != alone)
          return std::string("other bits where dead memory is poisoned on ") + isa_name(which);
      if (compares_) compare(which);
      if (!failure_.empty()) return failure_;
      if (!same_in_session(which, alone)) return std::string("other bits as a session on ") + isa_name(which) + failure_;
      execution_plan shared = p;  // every step by three parts, and in blocks of one row where there may be blocks: the same bits
      for (plan_step& s : shared.steps) s.work = 2147483646;
      if (execute_on(which, shared, packed, 3) != alone) return std::string("other bits with 3 parts on ") + isa_name(which);
      if (!divide(shared)) continue;
      ++t_.rows;
      for (const std::uint32_t poison : poisons)
        if (execute_on(which, shared, packed, 1, poison) != alone)
          return std::string("other bits by rows where dead memory is poisoned on ") + isa_name(which);
      if (execute_on(which, shared, packed, r_.seed % 2 ? 3 : 1) != alone) return std::string("other bits by rows on ") + isa_name(which);
    }
    if (r_.kind == form::inference && r_.most_points == 0 && !is_wide_ && failure_.empty()) {
      const std::vector<std::uint32_t> straight = execute_on(best_isa(), p, packed, 0);
      if (compares_) compare(best_isa());
      for (const std::uint32_t poison : poisons)
        if (execute_on(best_isa(), p, packed, 0, poison) != straight) return "other bits of straight-line code where dead memory is poisoned";
    }
    return failure_;
  }

  // An element of an input as it lies in memory: of whole numbers of 32 bits and more half are small.
  std::uint64_t element_of(const input_entry& in, int i, int k) const {
    const auto at = static_cast<std::uint32_t>(k);
    const random_pair first = random_bits({r_.seed, 5}, {at, static_cast<std::uint32_t>(i)}), p = random_bits({r_.seed, 6}, {at, 0});
    const float x = 2 * random_uniform(first.x) - 1;
    const std::uint64_t bits = p.x | std::uint64_t{p.y} << 32;
    if (in.type == i32 || in.type == boolean || in.classes)
      return static_cast<std::uint32_t>((x + 1) / 2 * static_cast<float>(in.classes ? in.classes : in.type == i32 ? 5 : 2));
    switch (in.type) {
      case f32: return std::bit_cast<std::uint32_t>(x);
      case f64: return std::bit_cast<std::uint64_t>(static_cast<double>(bits >> 11) * 0x1p-52 - 1);
      case f16: return float16(x).bits;
      case bf16: return bfloat16(x).bits;
      default: return size_of(in.type) >= 4 && k % 2 ? bits % 100 : bits;
    }
  }
  static bool divide(execution_plan& p) {
    bool any = false;
    for (plan_step& s : p.steps)
      if (s.together > 0) s.row = 2147483647, any = true;
    return any;
  }
  void prepare() {
    env_.n = r_.rows;
    if (r_.most_points) env_.others[0] = r_.points;
    sizes_ = env_.sizes();
    for (int i = 0; i < built_.inputs.size(); ++i) {
      const input_entry& in = built_.inputs[i];
      vec<double> numbers(static_cast<int>(in.dims.count(sizes_)));
      std::vector<unsigned char> bytes;
      for (int k = 0; k < numbers.size(); ++k) {
        const std::uint64_t bits = element_of(in, i, k);
        const unsigned char* const first = reinterpret_cast<const unsigned char*>(&bits);
        numbers[k] = held_at(first, in.type);
        bytes.insert(bytes.end(), first, first + size_of(in.type));
      }
      inputs_.push_back(bytes);
      env_.inputs.push(std::move(numbers));
    }
    declare_variables(built_, store_, igata::seed{r_.seed});
    for (const variable& v : built_.variables) {
      const auto& e = *store_.find(built_.path_of(v).view());
      vec<double> numbers(static_cast<int>(e.count()));
      for (int i = 0; i < numbers.size(); ++i)
        numbers[i] = held_at(e.memory.data() + i * size_of(e.type), e.type);
      env_.variables.push(std::move(numbers));
    }
  }
  void expect() {
    expected_ = evaluate(built_, env_);
    floors_ = floors_of(built_, error_);
    for (std::uint32_t i = 0; i < 4; ++i) rough_.push_back(evaluate_roughly(built_, env_, i, error_));
  }

  std::size_t bytes_of(int output) const {
    const node& v = main_.nodes[main_.outputs[output].id];
    return static_cast<std::size_t>(v.dims.count(sizes_)) * static_cast<std::size_t>(size_of(v.type));
  }
  // Memory for all of them, and a word behind each.
  std::vector<std::vector<std::uint32_t>> unwritten_results() const {
    std::vector<std::vector<std::uint32_t>> all;
    for (int i = 0; i < main_.outputs.size(); ++i) all.emplace_back(bytes_of(i) / 4 + 2, 0xdeadbeef);
    return all;
  }
  static void add_state(std::vector<std::vector<std::uint32_t>>& to, const variable_store::entry& e) {
    const std::size_t bytes = e.count() * static_cast<std::size_t>(size_of(e.type));
    to.emplace_back((bytes + 3) / 4);
    std::memcpy(to.back().data(), e.memory.data(), bytes);
  }

  // All results, then all new values of variables. No parts: as straight-line code. `poison`: what dead memory is filled with before every step.
  std::vector<std::uint32_t> execute_on(isa which, const execution_plan& p, const packed_weights& packed, int parts, std::uint32_t poison = 0) {
    variable_store store = store_;
    std::vector<void*> variables;
    if (r_.kind != form::inference)
      for (const variable& v : main_.variables) variables.push_back(store.find(main_.path_of(v).view())->memory.data());
    std::vector<const void*> in;
    for (const auto& v : inputs_) in.push_back(v.data());
    std::vector<std::vector<std::uint32_t>> results = unwritten_results();
    std::vector<void*> out;
    for (auto& v : results) out.push_back(v.data());
    const std::size_t scratch_bytes = (static_cast<std::size_t>(p.scratch) + 79) / 16 * 64;
    aligned_memory arena(static_cast<std::size_t>(p.arena) * 4), scratch(scratch_bytes * static_cast<std::size_t>(parts > 0 ? parts : 1));
    std::memset(arena.data(), 0xff, arena.size());  // what nobody has written is NaN
    const executor backwards{nullptr, parts, [](void*, void (*job)(void*, int), void* data) {
                               for (int i = 3; i-- > 0;) job(data, i);
                             }};
    const team others{backwards, scratch.data(), scratch_bytes};
    const interpret::table programs(p, parts > 0 ? &which : nullptr);
    execution_context c{reinterpret_cast<std::uint32_t*>(arena.data()),
                        in.data(),
                        out.data(),
                        variables.data(),
                        packed.pointers(),
                        p.constants.data(),
                        static_cast<float>(r_.rows),
                        r_.rows,
                        &kernels_of(which),
                        programs.functions.data()};
    c.interpreted = programs.pointers.data();
    if (is_wide_) c.wide_kernels = &igata::detail::wide_session_lanes->kernels_of(which);
    static constexpr host_function nothing{[](void*, int, float*, std::ptrdiff_t) noexcept {}, nullptr};
    c.host = &nothing;
    c.sizes = sizes_;
    if (parts > 1) c.others = &others;
    igata::detail::record_list records({p.steps.data(), p.ints.data(), p.steps.size(), p.ints.size(), p.records, static_cast<int>(in.size()),
                                        static_cast<int>(out.size()), main_.symbols.count});
    if (!records.bind<kernel_subset::of_both()>(c)) failure_ = "a record is not as long as its kernel's fields";
    records.follow(c);
    c.records = records.data();
    if (poison) execute_poisoned(p, c, poison, parts == 0);
    else if (parts == 0) t_.straight += interpret::execute_straight(p, c);
    else igata::plan::execute<kernel_subset::of_both()>(p.steps.data(), p.steps.size(), r_.most_rows, c);
    results_ = results;
    std::vector<std::uint32_t> all;
    for (const auto& v : results) {
      const std::size_t end = bytes_of(static_cast<int>(&v - results.data()));
      const std::uint32_t guard = 0xdeadbeef;
      for (std::size_t k = end; k < v.size() * 4; ++k)
        if (reinterpret_cast<const unsigned char*>(v.data())[k] != reinterpret_cast<const unsigned char*>(&guard)[k % 4])
          failure_ = "an output is written past its end";
      all.insert(all.end(), v.begin(), v.end());
    }
    states_.clear();
    for (const assignment& a : built_.assigns) {
      add_state(states_, *store.find(built_.path_of(built_.variables[a.variable]).view()));
      all.insert(all.end(), states_.back().begin(), states_.back().end());
    }
    return all;
  }

  // f(an element of what a caller gives for it).
  template <class F>
  static void with_element(dtype type, F f) {
    switch (type) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  case name: return f(type{});
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
    }
  }
  // As a session, from the function that draws the graph. A session's inputs are all read.
  bool same_in_session(isa which, const std::vector<std::uint32_t>& alone) {
    for (const input_entry& i : built_.inputs)
      if (i.id < 0) return true;
    ++t_.sessions;
    variable_store store = store_;
    const session_options options{r_.most_rows, r_.kind == form::training    ? mode::training
                                                : r_.kind == form::inference ? mode::packed
                                                                             : mode::inference};
    session s(draw_, store, options);
    s.use(which);
    for (const node& v : main_.nodes)
      if (v.code == op::call) {
        s.on_gradient([](std::string_view, auto) {});
        break;
      }
    std::vector<session_input> in;
    std::vector<session_result> out;
    for (int i = 0; i < s.input_count(); ++i) {
      const auto& bytes = inputs_[static_cast<std::size_t>(i)];
      with_element(s.input_type(i), [&](auto x) {
        in.emplace_back(std::span(reinterpret_cast<const decltype(x)*>(bytes.data()), bytes.size() / sizeof x));
      });
    }
    std::vector<std::vector<std::uint32_t>> results = unwritten_results();
    for (int i = 0; i < s.output_count(); ++i) {
      auto& words = results[static_cast<std::size_t>(i)];
      with_element(s.output_type(i),
                   [&](auto x) { out.emplace_back(std::span(reinterpret_cast<decltype(x)*>(words.data()), bytes_of(i) / sizeof x)); });
    }
    const status done =
        s.run(session_inputs(in.data(), static_cast<int>(in.size())), session_results(out.data(), static_cast<int>(out.size())), r_.rows);
    if (!done) failure_ = ": " + std::string(describe(done).view());
    std::vector<std::uint32_t> all;
    for (const auto& v : results) all.insert(all.end(), v.begin(), v.end());
    for (const assignment& a : built_.assigns) {
      std::vector<std::vector<std::uint32_t>> state;
      add_state(state, *store.find(built_.path_of(built_.variables[a.variable]).view()));
      all.insert(all.end(), state.back().begin(), state.back().end());
    }
    return done && all == alone;
  }

  void compare(isa which) {
    for (int i = 0; i < main_.outputs.size(); ++i)
      compare(which, results_[static_cast<std::size_t>(i)], built_.outputs[i].id, main_.view(main_.outputs[i].name));
    for (int i = 0; i < built_.assigns.size(); ++i) {
      const text path = built_.path_of(built_.variables[built_.assigns[i].variable]);
      compare(which, states_[static_cast<std::size_t>(i)], built_.assigns[i].id, path.view());
    }
  }
  void compare(isa which, const std::vector<std::uint32_t>& bits, int id, std::string_view what) {
    const dtype type = built_.nodes[id].type;
    for (int k = 0; k < expected_[id].size() && failure_.empty(); ++k) {
      const double held = held_at(reinterpret_cast<const char*>(bits.data()) + k * size_of(type), type);
      verdict v = judged(held, id, k);
      for (int more = 0; !v.right && more < 60; ++more)  // a few runs may agree by chance
        rough_.push_back(evaluate_roughly(built_, env_, static_cast<std::uint32_t>(rough_.size()), error_)), v = judged(held, id, k);
      ++t_.elements;
      ++t_.of_type[static_cast<int>(type)];
      t_.loose += v.loose;
      if (v.right) continue;
      char text[120];
      std::snprintf(text, sizeof text, "got %.17g, expected %.17g within %.3g", number_of(held, type), number_of(expected_[id][k], type),
                    v.tolerance);
      failure_ = std::string(what) + "[" + std::to_string(k) + "] on " + isa_name(which) + ": " + text;
    }
  }
  struct verdict {
    bool right, loose;
    double tolerance;
  };
  // Whole numbers and masks that do not depend on roundings must have the bits of the oracle.
  verdict judged(double held, int id, int k) const {
    const dtype type = built_.nodes[id].type;
    const double expected = expected_[id][k], got = number_of(held, type), want = number_of(expected, type);
    const auto same = [](double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); };
    double spread = 0;
    bool finite = std::isfinite(want) && std::abs(want) < 1e30, none = std::isnan(want), determined = !has_fractions(type);
    for (const auto& rough : rough_) {
      const double other = number_of(rough[id][k], type);
      finite &= std::isfinite(other);
      none &= std::isnan(other);
      determined &= same(rough[id][k], expected);
      spread = std::max(spread, std::abs(other - want));
    }
    if (determined) return {same(held, expected), false, 0};
    if (none) return {std::isnan(got), false, 0};
    const double tolerance = 10 * spread + floors_[static_cast<std::size_t>(id)] * (1 + std::abs(want));
    return {!finite || std::abs(got - want) <= tolerance, !finite || tolerance > 1e-2 * (1 + std::abs(want)), tolerance};
  }

  const recipe& r_;
  const draw_function& draw_;
  tally& t_;
  graph built_, main_;
  environment env_;
  symbol_sizes sizes_;
  variable_store store_;
  vec<vec<double>> expected_;
  std::vector<vec<vec<double>>> rough_;
  std::vector<std::vector<unsigned char>> inputs_;
  std::vector<std::vector<std::uint32_t>> results_, states_;
  std::vector<double> floors_;
  errors error_;
  bool is_wide_ = false;
  bool compares_ = true;
  std::string failure_;
};

// The shortest recipe found that fails too: without some of its ingredients, rows and outputs.
template <class Fails>
recipe shrunk(recipe r, Fails fails) {
  for (bool again = true; again;) {
    again = false;
    for (int length = r.list.size(); length > 0; length /= 2)
      for (int at = 0; at + length <= r.list.size();) {
        recipe smaller = r;
        smaller.list.clear();
        for (int i = 0; i < r.list.size(); ++i)
          if (i < at || i >= at + length) smaller.list.push(r.list[i]);
        if (fails(smaller)) r = smaller, again = true;
        else ++at;
      }
    for (int recipe::*number : {&recipe::outputs, &recipe::rows, &recipe::most_rows, &recipe::points, &recipe::most_points})
      while (r.*number > 1) {
        recipe smaller = r;
        --(smaller.*number);
        if (smaller.most_rows < smaller.rows || smaller.most_points < smaller.points || !fails(smaller)) break;
        r = smaller, again = true;
      }
  }
  return r;
}
inline std::string printed(const recipe& r) { return std::string((text() << "expect_right(" << r << ");").view()); }

// Runs a recipe; what fails is shrunk and printed as a call of expect_right.
inline bool is_right(const recipe& r, tally& t) {
  if (trial::run(r, t).empty()) return true;
  tally unused;
  const recipe small = shrunk(r, [&](const recipe& smaller) { return !trial::run(smaller, unused).empty(); });
  ADD_FAILURE() << printed(small) << "\n" << trial::run(small, t) << "\n" << trial::drawn_graph(small);
  return false;
}
inline void expect_right(const recipe& r) {
  tally t;
  is_right(r, t);
}
// A graph that a function draws, in all forms that it may have. Returns what it was made of.
inline tally expect_right(const draw_function& draw, std::initializer_list<form> forms) {
  tally t;
  for (const form kind : forms)
    for (const int rows : {1, 4}) EXPECT_EQ(trial::run({kind, 1, 4, rows, 1, {}}, draw, t), "") << static_cast<int>(kind) << ", rows " << rows;
  EXPECT_EQ(t.loose, 0);  // every number is determined: a comparison that cannot fail is none
  return t;
}

}  // namespace fuzz
