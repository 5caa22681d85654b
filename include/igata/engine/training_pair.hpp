// A step and the evaluation beside it, graphs of one model: whether they mean the same, and what the second measures of the first.
#pragma once
#include "../ir/name_sets.hpp"
#include "training_spec.hpp"

namespace igata::inline IGATA_ABI::detail {

// Unnamed layers with variables, as drawn, each with its line.
constexpr void drawn_names(const graph& g, vec<text>& paths, vec<named_path>& names) {
  for (const variable& v : g.variables) {
    if (v.scope == 0 || v.of >= 0) continue;
    paths.push(g.path_of(v));
    names.push({paths.back().view(), g.automatic_parts(v), g.scopes[v.scope].at});
  }
}
// The graph of a step and that of an evaluation, of one model, mean the same by the names of unnamed layers, and by losses in order.
template <class Step, class Test>
struct names_of_both {
  static constexpr text make() {
    if constexpr (std::is_same_v<Step, Test>) return {};
    else if constexpr (built_stage<Test>::value().size.failure > 0) return {};
    else {
      const graph step = built_stage<Step>::value().thaw(), test = built_stage<Test>::value().thaw();
      vec<text> paths;
      paths.reserve(step.variables.size() + test.variables.size());
      vec<named_path> in_step, in_test;
      drawn_names(step, paths, in_step);
      drawn_names(test, paths, in_test);
      text why = names_conflict(in_step, "training", in_test, "evaluation");
      if (why.empty()) why = other_loss(step, test);
      if (why.empty()) return {};
      return text() << Step::name() << ": " << why;
    }
  }

 private:
  // Outputs are the sum and each loss; before them in an evaluation the model's results.
  static constexpr text other_loss(const graph& step, const graph& test) {
    text why;
    for (int i = 0; i < Step::pairs::by_order && Step::pairs::by_order > 1 && why.empty(); ++i) {
      const std::string_view trained = step.view(step.outputs[1 + i].name), evaluated = test.view(test.outputs[Step::pairs::by_order + 1 + i].name);
      if (trained != evaluated)
        why << "loss " << i + 1 << " in order is '" << trained << "' in training and '" << evaluated
            << "' in evaluation; return the same names in both, or write loss_of<...>";
    }
    return why;
  }
};

// The outputs of an evaluation: the model's results, the loss, and those of a step's other metrics that it has.
template <class Step, class Test>
struct evaluation_outputs {
  static constexpr bool is_sound = Step::is_sound && Test::is_sound;
  static constexpr int results = [] {
    int i = 0;
    while (is_sound && i < Test::output_count && Test::outputs[i].name != Step::outputs[0].name) ++i;
    return is_sound ? i : 1;
  }();
  // Of each metric of a step; -1: an evaluation does not measure it.
  static constexpr int place(int metric) {
    for (int k = results; is_sound && k < Test::output_count; ++k)
      if (Test::outputs[k].name == Step::outputs[metric].name) return k;
    return -1;
  }
  struct places {
    int of[Step::output_count + 1]{};
  };
  static constexpr places at = [] {
    places all;
    for (int i = 0; i < Step::output_count; ++i) all.of[i] = place(i);
    return all;
  }();
};

}  // namespace igata::inline IGATA_ABI::detail
