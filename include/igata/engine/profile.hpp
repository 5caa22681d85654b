// Where a program's time goes: each step of its plan, run by itself with a clock.
//
//   std::cout << profile(net, {x}, n).text();     n rows of every input; `repeats` runs, of each step the fastest counts. A session's too.
//
//     0  conv2d + bias + maximum  [n,28,28,1] x [5,5,1,6] -> [n,24,24,6]  @conv2d      3.1 us   56.1 GFLOP/s   38 %
//
// Of a training its steps are profiled, and they are real steps: its variables move. Reading the clock costs each step some nanoseconds;
// `whole` is the time of an ordinary run.
#pragma once
#include <chrono>    // steady_clock
#include <concepts>  // same_as
#include <string>    // string
#include <vector>    // vector

#include "decimal.hpp"
#include "dump.hpp"
#include "runner.hpp"

namespace igata::inline IGATA_ABI {

class session;

struct profiled_step {
  std::string what;     // its line in the plan, without places
  double seconds = 0;
  double flops = 0;     // of all rows; see flops_of
};

struct profile_report {
  std::vector<profiled_step> steps;
  double whole = 0;     // seconds of a run
  int rows = 0;

  double sum() const {
    double seconds = 0;
    for (const profiled_step& s : steps) seconds += s.seconds;
    return seconds;
  }
  double flops() const {
    double all = 0;
    for (const profiled_step& s : steps) all += s.flops;
    return all;
  }
  // A line for each step: time, GFLOP/s, share of the sum; then the whole.
  std::string text() const;
};

namespace detail {

// A program's runner, and its steps one by one.
struct profile_access {
  template <class Net>
  static auto& runner_of(Net& net) {
    if constexpr (requires { net.step_; }) return net.step_;
    else return net.runner_;
  }
  // Of a call of n rows: n, or all symbols.
  template <class Net, class In>
  static auto sizes(Net& net, const In& in, int n) {
    using runner = std::remove_cvref_t<decltype(runner_of(net))>;
    if constexpr (runner::symbol_count == 0) return n;
    else return sizes_in_call<runner>(in, in, n);
  }
  // The steps of a run with these inputs, which were checked; after(i) behind each.
  template <class Spec, class Sizes, class After>
  static void walk(runner<Spec>& r, const void* const* in, void* const* out, const Sizes& sizes, After after) {
    using code = compiled<Spec>;
    const execution_context& c = r.memory_.template at<runner<Spec>::has_records>(in, out, sizes);
    if constexpr (runner<Spec>::is_small) {
      for_each_isa([&](auto which) {  // the one in use is known by its code
        if (r.straight_ == r.straight(which)) walk_straight<decltype(which)::value, code>(c, after, typename runner<Spec>::all_steps{});
        return 0;
      });
    } else {
      for (int i = 0; i < code::plan.size.steps; ++i) {
        execute<runner<Spec>::used>(code::plan.steps.items + i, 1, Spec::max_batch, c);
        after(i);
      }
    }
  }
  // A session's call: what is wrong with it, or its steps.
  template <class Session>
  static symbol_sizes sizes_of(const Session& s, const typename Session::inputs& in, int n) {
    return s.sizes_of(in, {}, n);
  }
  template <class Session>
  static status run(Session& s, const typename Session::inputs& in, const typename Session::results& out, const symbol_sizes& sizes) {
    if (const status wrong = s.kinds(in, out); !wrong) return wrong;
    return s.run(in, out, sizes, false);
  }
  template <class Session, class After>
  static void walk(Session& s, const symbol_sizes& sizes, After after) {
    const execution_context& c = s.memory_.template at<true>(s.in_.data(), s.out_.data(), sizes);
    const execution_plan& p = s.compiled().planned;
    for (int i = 0; i < p.steps.size(); ++i) {
      Session::unit::execute(p.steps.data() + i, 1, p.max_batch, c);
      after(i);
    }
  }

 private:
  template <isa Which, class Code, class After, std::size_t... I>
  static void walk_straight(const execution_context& c, After& after, std::index_sequence<I...>) {
    ((run_straight<Which, Code::plan, static_cast<int>(I)>(c), after(static_cast<int>(I))), ...);
  }
};

// Of the nodes in a step's group. A group of several steps counts for the one that is no copy, fill or transform.
inline double step_flops(const graph& g, const fusion& f, const plan_step& s, const symbol_sizes& sizes) {
  if (s.group < 0 || s.kind == step_kind::copy || s.kind == step_kind::copy_pairs || s.kind == step_kind::copy_bytes || s.kind == step_kind::fill)
    return 0;
  if (s.kind == step_kind::winograd2_filters || s.kind == step_kind::winograd4_filters) return 0;
  const node_group& of = f.groups[s.group];
  const auto of_node = [&](int id) { return flops_of(g, g.nodes[id], sizes[rows_of(g, g.nodes[id])]); };
  long long total = of.anchor >= 0 ? of_node(of.anchor) : 0;
  for (const int id : of.members) total += of_node(id);
  for (const int id : of.reductions) total += of_node(id);
  return static_cast<double>(total);
}

inline double seconds_between(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace detail

inline std::string profile_report::text() const {
  std::size_t width = 0;
  for (const profiled_step& s : steps) width = s.what.size() > width ? s.what.size() : width;
  const auto line = [&](const std::string& what, double seconds, double flops) {
    const auto right = [](double x, const char* format, std::size_t places) {
      const std::string number = decimal(x, format);
      return std::string(number.size() < places ? places - number.size() : 0, ' ') + number;
    };
    return what + std::string(what.size() < width ? width - what.size() : 0, ' ') + "  " + right(seconds * 1e6, "%.2f", 10) + " us  " +
           right(seconds > 0 ? flops / seconds * 1e-9 : 0, "%.1f", 7) + " GFLOP/s  " + right(sum() > 0 ? seconds / sum() * 100 : 0, "%.1f", 5) +
           " %\n";
  };
  std::string out;
  for (const profiled_step& s : steps) out += line(s.what, s.seconds, s.flops);
  return out + line("sum of the steps", sum(), flops()) + line("a run of " + std::to_string(rows) + " rows", whole, flops());
}

namespace detail {

inline double* results_of_rows(std::vector<std::vector<double>>& room, int row, int rows) {  // room for any type
  room.emplace_back(static_cast<std::size_t>(row) * static_cast<std::size_t>(rows));
  return room.back().data();
}
// Of run(), a whole run, and walk(after), its steps one by one.
template <class Run, class Walk>
profile_report profiled(const graph& main, const fusion& fused, const execution_plan& steps, const symbol_sizes& sizes, int repeats, Run run,
                        Walk walk) {
  using clock = std::chrono::steady_clock;
  profile_report report;
  report.rows = sizes[batch_symbol];
  for (int i = 0; i < steps.steps.size(); ++i)
    report.steps.push_back({std::string(plan_printer(main, fused, steps).step(i).view()), 1e30, step_flops(main, fused, steps.steps[i], sizes)});
  report.whole = 1e30;
  const auto better = [](double& best, clock::time_point begin, clock::time_point end) {
    const double seconds = seconds_between(begin, end);
    if (seconds < best) best = seconds;
  };
  for (int r = 0; r < (repeats > 0 ? repeats : 1); ++r) {
    const clock::time_point begin = clock::now();
    if (const status s = run(); !s) raise("profile: " + std::string(describe(s).view()));
    better(report.whole, begin, clock::now());
    clock::time_point before = clock::now();
    walk([&](int i) {
      const clock::time_point after = clock::now();
      better(report.steps[static_cast<std::size_t>(i)].seconds, before, after);
      before = clock::now();
    });
  }
  return report;
}

}  // namespace detail

// Throws what is wrong with the inputs as an error. Of the unchecked one types and sizes are not looked at.
// `sizes`: n, or all symbols.
template <class Net, class Sizes>
profile_report profile_unchecked(Net& net, const void* const* inputs, const Sizes& sizes, int repeats = 50) {
  using code = typename Net::code;
  auto& runner = detail::profile_access::runner_of(net);
  std::vector<std::vector<double>> room;
  std::vector<void*> out;
  for (const output_facts& o : code::outputs) out.push_back(detail::results_of_rows(room, o.row, detail::rows_in(sizes, o.rows_of)));
  const ir::graph main = code::main().thaw();
  const plan::fusion fused = code::fused();
  return detail::profiled(
      main, fused, code::plan.thaw(), symbol_sizes(sizes), repeats, [&] { return runner.run(inputs, out.data(), sizes); },
      [&](auto after) { detail::profile_access::walk(runner, inputs, out.data(), sizes, after); });
}
// profile(net, {x}, n)
template <class Net>
profile_report profile(Net& net, std::type_identity_t<typename Net::template all_inputs<"profile">> inputs, int n, int repeats = 50) {
  const auto sizes = detail::profile_access::sizes(net, inputs, n);
  if (n <= Net::max_batch)
    if (!inputs.holds(sizes)) raise(describe(inputs.wrong(sizes), "profile"));
  return profile_unchecked(net, inputs.pointers(), sizes, repeats);
}
template <std::same_as<session> Session>
profile_report profile(Session& net, const typename Session::inputs& inputs, int n, int repeats = 50) {
  const symbol_sizes sizes = detail::profile_access::sizes_of(net, inputs, n);
  std::vector<std::vector<double>> room;
  std::vector<typename Session::result> out(static_cast<std::size_t>(net.output_count()));
  for (int i = 0; auto& o : out) {
    const int rows = sizes[net.output_rows_of(i)];
    o.at = detail::results_of_rows(room, net.output_row(i), rows > 0 ? rows : 0);  // else the first run says what is wrong
    o.type = net.output_type(i++);
  }
  const plan::compilation& c = net.compiled();
  return detail::profiled(
      c.main, c.groups, c.planned, sizes, repeats,
      [&] { return detail::profile_access::run(net, inputs, {out.data(), static_cast<int>(out.size())}, sizes); },
      [&](auto after) { detail::profile_access::walk(net, sizes, after); });
}

}  // namespace igata::inline IGATA_ABI
