// Takes a recipe through the passes at run time and executes its plan on an instruction set, beside the oracle on the graph as it was drawn.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

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

// The oracle with an error, of a rounding or of Winograd's method, in every result that is not exact: what differs between two of these runs is not
// determined in f32.
inline vec<vec<double>> evaluate_roughly(const graph& g, const environment& env, std::uint32_t run, double error) {
  vec<vec<double>> values;
  for (const node& v : g.nodes) {
    vec<double> out(v.code == op::input || v.code == op::variable ? 0 : static_cast<int>(v.dims.count(env.sizes())));
    bool exact = true;
    switch (v.code) {
      case op::input: out = env.inputs[leaf_index(g, v)]; break;
      case op::variable: out = env.variables[leaf_index(g, v)]; break;
      case op::constant: out[0] = v.number; break;
      case op::batch_size: out[0] = env.sizes().of[leaf_index(g, v) + 1]; break;
      case op::iota:
        for (int i = 0; i < out.size(); ++i) out[i] = i;
        break;
      default:
        evaluation_rules[static_cast<int>(v.code)](evaluation{g, v, env.sizes(), values, out});
        switch (v.code) {
          case op::neg: case op::abs: case op::sign: case op::floor: case op::ceil: case op::round: case op::logical_not: case op::cast:
          case op::maximum:
          case op::minimum:
          case op::select:
          case op::random_uniform:
          case op::pad:
          case op::concat:
          case op::reduce_max:
          case op::reduce_min:
          case op::max_pool2d: case op::gather: case op::take_along_axis: break;
          case op::scatter: case op::put_along_axis: {
            const scatter_reduction how = attributes_of<op::scatter>(g, v).how();
            exact = how == scatter_reduction::none || how >= scatter_reduction::max;
            break;
          }
          default: exact = v.type != f32 || family_of(v.code) == family::movement;
        }
    }
    if (!exact)
      for (int i = 0; i < out.size(); ++i) {
        const random_pair p = random_bits({run, static_cast<std::uint32_t>(values.size())}, {static_cast<std::uint32_t>(i), 0});
        const double noise = run == 0   ? error
                             : run == 1 ? -error
                                        : (2 * random_uniform(p.x) - 1) * error;  // at a step's edge random ones might all be on one side
        out[i] += noise * (std::abs(out[i]) + (family_of(v.code) == family::elementwise ? 0 : 0.3));
      }
    values.push(std::move(out));
  }
  return values;
}

// What was compared, over all recipes.
struct tally {
  long graphs = 0, elements = 0, loose = 0, steps[static_cast<int>(step_kind::count_)]{};
  long ops[static_cast<int>(op::count_)]{}, split = 0, straight = 0, rows = 0, sessions = 0;
};

using draw_function = std::function<void(builder&)>;

class trial {
 public:
  // `r` says the form, the rows and what the numbers are drawn from. Returns nothing, or what went wrong first.
  static std::string run(const recipe& r, const draw_function& draw, tally& t) {
    trial one(r, draw, t);
    return one.run();
  }
  static std::string run(const recipe& r, tally& t) {
    return run(r, [&](builder& b) { drawing(b, r).draw(); }, t);
  }
  // Without the oracle, which is slow: only whether all ways to execute a plan give the same bits.
  static std::string run_alone(const recipe& r, const draw_function& draw, tally& t) {
    trial one(r, draw, t);
    one.compares_ = false;
    return one.run();
  }
  static std::string drawn_graph(const recipe& r) {
    builder b(r.kind == form::training);
    drawing(b, r).draw();
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
      if (s.kind >= step_kind::winograd2_conv2d && s.kind <= step_kind::winograd4_filters) error_ = 3e-6;
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
    if (r_.kind == form::inference && r_.most_points == 0 && failure_.empty()) {
      const std::vector<std::uint32_t> straight = execute_on(best_isa(), p, packed, 0);
      if (compares_) compare(best_isa());
      for (const std::uint32_t poison : poisons)
        if (execute_on(best_isa(), p, packed, 0, poison) != straight) return "other bits of straight-line code where dead memory is poisoned";
    }
    return failure_;
  }

  static double stored_number(dtype type, std::uint32_t bits) {
    switch (type) {
      case u8: return static_cast<std::uint8_t>(bits);
      case i8: return static_cast<std::int8_t>(bits);
      case u16: return static_cast<std::uint16_t>(bits);
      default: return static_cast<std::int16_t>(bits);
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
        const float x = 2 * random_uniform(random_bits({r_.seed, 5}, {static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(i)}).x) - 1;
        const int w = static_cast<int>((x + 1) / 2 * static_cast<float>(in.classes ? in.classes : 5));
        numbers[k] = in.type == f32 ? static_cast<double>(x) : w;
        std::uint32_t bits = in.type == f32 ? std::bit_cast<std::uint32_t>(x) : static_cast<std::uint32_t>(w);
        if (is_narrow(in.type)) numbers[k] = stored_number(in.type, bits = random_bits({r_.seed, 6}, {static_cast<std::uint32_t>(k), 0}).x);
        const unsigned char* const first = reinterpret_cast<const unsigned char*>(&bits);
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
        numbers[i] = e.type == f32 ? static_cast<double>(e.floats()[static_cast<std::size_t>(i)]) : e.ints()[static_cast<std::size_t>(i)];
      env_.variables.push(std::move(numbers));
    }
  }
  void expect() {
    expected_ = evaluate(built_, env_);
    for (std::uint32_t i = 0; i < 4; ++i) rough_.push_back(evaluate_roughly(built_, env_, i, error_));
  }

  // All results, then all new values of variables. No parts: as straight-line code. `poison`: what dead memory is filled with before every step.
  std::vector<std::uint32_t> execute_on(isa which, const execution_plan& p, const packed_weights& packed, int parts, std::uint32_t poison = 0) {
    variable_store store = store_;
    std::vector<void*> variables;
    if (r_.kind != form::inference)
      for (const variable& v : main_.variables) variables.push_back(store.find(main_.path_of(v).view())->memory.data());
    std::vector<const void*> in;
    for (const auto& v : inputs_) in.push_back(v.data());
    std::vector<std::vector<std::uint32_t>> results;
    for (const output_entry& o : main_.outputs) results.emplace_back(static_cast<std::size_t>(main_.nodes[o.id].dims.count(sizes_)) + 1, 0xdeadbeef);
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
    static constexpr host_function nothing{[](void*, int, float*, std::ptrdiff_t) noexcept {}, nullptr};
    c.host = &nothing;
    c.sizes = sizes_;
    if (parts > 1) c.others = &others;
    igata::detail::record_list records({p.steps.data(), p.ints.data(), p.steps.size(), p.ints.size(), p.records, static_cast<int>(in.size()),
                                        static_cast<int>(out.size()), main_.symbols.count});
    if (!records.bind<kernel_subset::all()>(c)) failure_ = "a record is not as long as its kernel's fields";
    records.follow(c);
    c.records = records.data();
    if (poison) execute_poisoned(p, c, poison, parts == 0);
    else if (parts == 0) t_.straight += interpret::execute_straight(p, c);
    else igata::plan::execute<kernel_subset::all()>(p.steps.data(), p.steps.size(), r_.most_rows, c);
    results_ = results;
    std::vector<std::uint32_t> all;
    for (const auto& v : results) {
      const std::size_t i = static_cast<std::size_t>(&v - results.data()),
                        end = (v.size() - 1) * static_cast<std::size_t>(size_of(main_.nodes[main_.outputs[static_cast<int>(i)].id].type));
      const std::uint32_t guard = 0xdeadbeef;
      for (std::size_t k = end; k < v.size() * 4; ++k)
        if (reinterpret_cast<const unsigned char*>(v.data())[k] != reinterpret_cast<const unsigned char*>(&guard)[k % 4])
          failure_ = "an output is written past its end";
      all.insert(all.end(), v.begin(), v.end());
    }
    states_.clear();
    for (const assignment& a : built_.assigns) {
      const auto& e = *store.find(built_.path_of(built_.variables[a.variable]).view());
      states_.emplace_back(e.count());
      std::memcpy(states_.back().data(), e.memory.data(), e.count() * 4);
      all.insert(all.end(), states_.back().begin(), states_.back().end());
    }
    return all;
  }

  // f(an element of what a caller gives for it).
  template <class F>
  static void with_element(dtype type, F f) {
    switch (type) {
      case f32: return f(float{});
      case boolean: return f(bool{});
      case u8: return f(std::uint8_t{});
      case i8: return f(std::int8_t{});
      case u16: return f(std::uint16_t{});
      case i16: return f(std::int16_t{});
      default: return f(std::int32_t{});
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
        s.on_gradient([](std::string_view, std::span<float>) {});
        break;
      }
    std::vector<session_input> in;
    std::vector<session_result> out;
    std::vector<std::vector<std::uint32_t>> results;
    for (int i = 0; i < s.input_count(); ++i) {
      const auto& bytes = inputs_[static_cast<std::size_t>(i)];
      with_element(s.input_type(i), [&](auto x) {
        in.emplace_back(std::span(reinterpret_cast<const decltype(x)*>(bytes.data()), bytes.size() / sizeof x));
      });
    }
    for (const output_entry& o : main_.outputs) results.emplace_back(static_cast<std::size_t>(main_.nodes[o.id].dims.count(sizes_)) + 1, 0xdeadbeef);
    for (int i = 0; i < s.output_count(); ++i) {
      auto& words = results[static_cast<std::size_t>(i)];
      with_element(s.output_type(i), [&](auto x) { out.emplace_back(std::span(reinterpret_cast<decltype(x)*>(words.data()), words.size() - 1)); });
    }
    const status done =
        s.run(session_inputs(in.data(), static_cast<int>(in.size())), session_results(out.data(), static_cast<int>(out.size())), r_.rows);
    if (!done) failure_ = ": " + std::string(describe(done).view());
    std::vector<std::uint32_t> all;
    for (const auto& v : results) all.insert(all.end(), v.begin(), v.end());
    for (const assignment& a : built_.assigns) {
      const auto& e = *store.find(built_.path_of(built_.variables[a.variable]).view());
      const std::size_t begin = all.size();
      all.resize(begin + e.count());
      std::memcpy(all.data() + begin, e.memory.data(), e.count() * 4);
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
    const vec<double>& want = expected_[id];
    const dtype type = built_.nodes[id].type;
    const bool real = type == f32;
    for (int k = 0; k < want.size() && failure_.empty(); ++k) {
      std::uint32_t b = 0;
      std::memcpy(&b, reinterpret_cast<const char*>(bits.data()) + k * size_of(type), static_cast<std::size_t>(size_of(type)));
      const double got = real                ? static_cast<double>(std::bit_cast<float>(b))
                         : is_narrow(type) ? stored_number(type, b)
                                             : static_cast<double>(static_cast<std::int32_t>(b));
      double spread = 0;
      bool finite = std::isfinite(want[k]) && std::abs(want[k]) < 1e30, none = real && std::isnan(want[k]);
      for (const auto& rough : rough_) {
        finite &= std::isfinite(rough[id][k]);
        none &= std::isnan(rough[id][k]);
        spread = std::max(spread, std::abs(rough[id][k] - want[k]));
      }
      ++t_.elements;
      const double tolerance = 10 * spread + 70 * error_ * (1 + std::abs(want[k]));
      if (none && !std::isnan(got))
        failure_ = std::string(what) + "[" + std::to_string(k) + "] on " + isa_name(which) + ": got " + std::to_string(got) + ", expected NaN";
      t_.loose += !none && (!finite || tolerance > 1e-2 * (1 + std::abs(want[k])));
      if (!finite || std::abs(got - want[k]) <= tolerance) continue;
      failure_ = std::string(what) + "[" + std::to_string(k) + "] on " + isa_name(which) + ": got " + std::to_string(got) + ", expected " +
                 std::to_string(want[k]) + " within " + std::to_string(tolerance);
    }
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
  double error_ = 3e-7;
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
