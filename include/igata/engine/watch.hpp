// watch<"pattern">: results of layers inside a model, handed out by every step of a training.
//
//   training<net{}, …, watch<"encoder/*">> t;      t.step(…)
//   for (int i = 0; i < t.watched_count; ++i) look(t.watched_name(i), t.watched(i));
//
// They are outputs of the step: stored, also where a loop would have kept them in registers.
#pragma once
#include "../core/near_names.hpp"
#include "../draw/builder.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

inline constexpr std::string_view watch_prefix = "watch/";  // of the outputs' names

template <fixed_string Pattern>
struct watch_option {
  // Of a model that was drawn and named. Adds an output for each layer that matches: the last value that is read outside of the layer, or that the
  // model returns.
  static constexpr void apply(graph& g, source at) {
    if (g.failed()) return;
    const int scopes = g.scopes.size();
    vec<text> paths(scopes);
    vec<int> result(scopes, -1);
    vec<char> chosen(scopes);
    bool any = false;
    for (int s = 1; s < scopes; ++s) {
      g.write_path(paths[s], s);
      chosen[s] = matches(Pattern.view(), paths[s].view());
      any |= chosen[s];
    }
    const auto is_in = [&](int scope, int layer) {
      while (scope > layer) scope = g.scopes[scope].parent;
      return scope == layer;
    };
    // A value belongs to the chosen scopes around it that one of its readers is not in.
    const auto read_in = [&](int id, int scope) {
      for (int s = g.nodes[id].scope; s > 0; s = g.scopes[s].parent)
        if (chosen[s] && !is_in(scope, s) && id > result[s]) result[s] = id;
    };
    for (const node& v : g.nodes)
      for (int i = 0; i < v.arity; ++i)
        if (g.operand_node(v, i).code != op::variable) read_in(g.operand(v, i), v.scope);
    for (const output_entry& o : g.outputs)
      if (!g.view(o.name).empty() && !g.view(o.name).starts_with(watch_prefix)) read_in(o.id, 0);
    for (int s = 1; s < scopes; ++s) {
      if (result[s] < 0) continue;
      const node& v = g.nodes[result[s]];
      if (v.type != f32)
        return g.fail("watch", text() << "layer '" << paths[s] << "' gives " << name_of(v.type) << v.dims << "; only f32 can be watched", at);
      text name;
      name << watch_prefix << paths[s];
      bool twice = false;
      for (const output_entry& o : g.outputs) twice |= g.view(o.name) == name.view();
      if (!twice) g.outputs.push({g.store_text(name.view()), result[s]});
    }
    if (any) return;
    vec<std::string_view> names;
    for (int s = 1; s < scopes; ++s) names.push(paths[s].view());
    g.fail("watch", text() << "no layer matches '" << Pattern.view() << '\'' << near_names(Pattern.view(), names), at);
  }
};
// Of a step's outputs the last, so many.
template <class Runner>
inline constexpr int watched_outputs = [] {
  int count = 0;
  for (int i = 0; i < Runner::output_count; ++i) count += Runner::outputs[i].name.starts_with(watch_prefix);
  return count;
}();
template <class T> inline constexpr bool is_watch = false;
template <fixed_string P> inline constexpr bool is_watch<watch_option<P>> = true;

}  // namespace detail

// The results of layers whose paths match, such as "encoder/*": what training::watched gives after a step.
template <fixed_string Pattern>
inline constexpr detail::watch_option<Pattern> watch{};

}  // namespace igata::inline IGATA_ABI
