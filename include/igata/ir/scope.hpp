// Scopes give parameters their paths. A block that is entered again is the same block: the parameters of the layers inside are shared, of those
// that are named automatically the first of a kind with the first, the second with the second. Two layers of one block have two names.
#pragma once
#include "../core/whole.hpp"
#include "value.hpp"

namespace igata::inline IGATA_ABI::ir {

class layer_scope {
 public:
  // `kind` names the scope automatically (dense, dense_1, …) when `name` is empty.
  constexpr layer_scope(value x, std::string_view kind, std::string_view name, source at) : layer_scope(x, x, kind, name, at) {}
  // Around the user's own code: errors inside keep their own lines.
  struct around {};
  constexpr layer_scope(around, value x, std::string_view kind, std::string_view name, source at) : layer_scope(x, {}, kind, name, at) {}
  layer_scope(const layer_scope&) = delete;
  constexpr ~layer_scope() {
    if (!g_) return;
    if (g_->scopes[g_->scope].entries > 1) check_use();
    g_->scope = outer_;
  }

 private:
  constexpr layer_scope(value x, value library, std::string_view kind, std::string_view name, source at)
      : call_(library, at), g_(x.valid() ? &x.owner() : nullptr) {
    if (!g_) return;
    outer_ = g_->scope;
    if (!name.empty())
      for (int i = g_->scopes[outer_].last_child; i >= 0; i = g_->scopes[i].previous_sibling)
        if (!g_->scopes[i].automatic && g_->view(g_->scopes[i].name) == name) {
          if (const std::string_view known = g_->view(g_->scopes[i].kind); known != kind)
            g_->fail(kind, text() << "the name '" << name << "' belongs to a " << known << " here; give one of the two another name", at);
          else if (kind != "block" && g_->scopes[i].used_by_entry == g_->scopes[outer_].entries)
            g_->fail(kind, text() << "the name '" << name << "' is given twice; give one of the two another name, or share a layer as an nn::block",
                     at);
          enter(i);
          return;
        }
    if (name.find('/') != name.npos) g_->fail(kind, text() << "the name '" << name << "' holds a '/'; use nn::block for the part before it", at);
    if (name.empty() && g_->scopes[outer_].entries > 1) {
      const int again = take_unused(kind);
      if (again >= 0) {
        enter(again);
        return;
      }
    }
    scope_entry e;
    e.parent = outer_;
    e.automatic = name.empty();
    e.resolved = !e.automatic;
    e.name = g_->store_text(e.automatic ? kind : name);
    e.previous_sibling = g_->scopes[outer_].last_child;
    e.kind = e.automatic ? e.name : g_->store_text(kind);
    e.at = at;
    e.depth = g_->scopes[outer_].depth + 1;
    if (e.depth > 60) g_->fail(kind, "more than 60 layers inside each other; name fewer blocks", at);
    g_->scopes.push(e);
    enter(g_->scopes[outer_].last_child = g_->scopes.size() - 1);
  }
  constexpr void enter(int scope) {
    g_->scope = scope;
    ++g_->scopes[scope].entries;
    g_->scopes[scope].used_by_entry = g_->scopes[outer_].entries;
  }
  // The oldest automatic child of this kind that the outer scope's present entry has not used. Each entry lists them once, oldest first, and takes
  // them from there.
  constexpr int take_unused(std::string_view kind) {
    scope_entry* const scopes = g_->scopes.data();
    scope_entry& outer = scopes[outer_];
    if (outer.unused_of_entry != outer.entries) list_unused();
    int* const link = first_of_kind(kind);
    const int found = *link;
    if (found < 0) return found;
    const int next = scopes[found].next_of_kind;
    if (next >= 0) scopes[next].next_kind = scopes[found].next_kind;
    *link = next >= 0 ? next : scopes[found].next_kind;
    return found;
  }
  constexpr void list_unused() {
    scope_entry* const scopes = g_->scopes.data();
    scope_entry& outer = scopes[outer_];
    outer.unused = -1;
    outer.unused_of_entry = outer.entries;
    for (int i = outer.last_child; i >= 0; i = scopes[i].previous_sibling) {
      if (!scopes[i].automatic) continue;
      int* const link = first_of_kind(g_->view(scopes[i].kind));
      scopes[i].next_of_kind = *link;
      scopes[i].next_kind = *link >= 0 ? scopes[*link].next_kind : -1;
      *link = i;
    }
  }
  constexpr int* first_of_kind(std::string_view kind) {
    int* link = &g_->scopes[outer_].unused;
    while (*link >= 0 && g_->view(g_->scopes[*link].kind) != kind) link = &g_->scopes[*link].next_kind;
    return link;
  }

  // A block that is entered again has the same unnamed layers with variables of a kind, or none of it: else it would not be clear which is which.
  constexpr void check_use() {
    const int s = g_->scope, entry = g_->scopes[s].entries;
    vec<layers_of_kind> kinds;
    for (int i = g_->scopes[s].last_child; i >= 0; i = g_->scopes[i].previous_sibling) {
      const scope_entry& layer = g_->scopes[i];
      if (!layer.automatic || !has_variables(i)) continue;
      int k = 0;
      while (k < kinds.size() && g_->view(kinds[k].kind) != g_->view(layer.kind)) ++k;
      if (k == kinds.size()) kinds.push({layer.kind});
      kinds[k].add(layer, entry);
    }
    for (const layers_of_kind& k : kinds)
      if (k.used && (k.left_out || (k.added && k.known)))
        return g_->fail("", text() << "is used again with another number of layers '" << g_->view(k.kind) << "' without a name; give each a .name",
                        (k.left_out ? k.used : k.added)->at);
  }
  // Of one kind, in one block: the last layer that its present entry uses, the last that is new in it, whether some are not used, or not new.
  struct layers_of_kind {
    text_ref kind;
    const scope_entry *used = nullptr, *added = nullptr;
    bool left_out = false, known = false;

    constexpr void add(const scope_entry& layer, int entry) {
      const bool is_used = layer.used_by_entry == entry;
      if (is_used && !used) used = &layer;
      if (is_used && layer.entries == 1 && !added) added = &layer;
      left_out |= !is_used;
      known |= layer.entries > 1;
    }
  };
  constexpr bool has_variables(int s) const {
    if (g_->scopes[s].last_variable >= 0) return true;
    for (int i = g_->scopes[s].last_child; i >= 0; i = g_->scopes[i].previous_sibling)
      if (has_variables(i)) return true;
    return false;
  }

  library_call call_;
  graph* g_;
  int outer_ = 0;
};

// The variable `leaf` of the current scope, added when it is not there yet. Returns its index, or -1 after an error.
constexpr int declare_variable(graph& g, std::string_view leaf, role kind, dtype type, const shape& dims, initializer init, source at) {
  if (g.failed()) return -1;
  for (int i = g.scopes[g.scope].last_variable; i >= 0; i = g.variables[i].previous) {
    const variable& v = g.variables[i];
    if (g.view(v.leaf) != leaf) continue;
    if (v.kind != kind)
      return g.fail(leaf,
                    text() << "is a " << name_of(v.kind) << " here already, and now a " << name_of(kind) << "; give one of the two another name", at),
             -1;
    if (v.dims == dims && v.type == type) return i;
    if (v.type != type)
      return g.fail(leaf, text() << "is " << name_of(v.type) << " here already, and now " << name_of(type) << "; give one of the two another name",
                    at),
             -1;
    g.fail(leaf, text() << "a shared scope has another shape here: " << v.dims << " vs " << dims << "; give one of the two another name", at);
    return -1;
  }
  if (const double elements = dims.elements();
      dims.rank > max_rank || elements < 1 || elements > 2147483647 || dims.rows_of ||
      (kind == role::key && type != i32) || (type != f32 && init.kind == initial::constant && !is_number_of(init.scale, type))) {
    text why;
    if (dims.rank > max_rank) why << "has " << dims.rank << " axes; at most " << max_rank;
    else if (elements < 1) why << dims << " has no elements; extents must be 1 or more";
    else if (elements > 2147483647) why << dims << " has more than 2^31 elements; use smaller extents";
    else if (dims.rows_of) why << dims << " has the rows of a batch; a variable is the same for all of them: give its shape without n";
    else if (kind == role::key && type != i32) why << "is a key of random numbers, and " << name_of(type) << "; a key is i32";
    else why << "its first value " << init.scale << " is no " << name_of(type) << "; give it one of the type";
    return g.fail(leaf, why, at), -1;
  }
  if (g.scope > 0 && leaf.find('/') != leaf.npos) return g.fail(leaf, "a variable's name holds a '/'; use nn::block for the part before it", at), -1;
  variable fresh;
  fresh.scope = g.scope;
  fresh.leaf = g.store_text(leaf);
  fresh.kind = kind;
  fresh.type = type;
  fresh.dims = dims;
  fresh.init = init;
  fresh.previous = g.scopes[g.scope].last_variable;
  g.variables.push(fresh);
  return g.scopes[g.scope].last_variable = g.variables.size() - 1;
}

}  // namespace igata::inline IGATA_ABI::ir
