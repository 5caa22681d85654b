// Whether two sets of variables mean the same by their automatic names: dense_1 is the second layer of its kind only beside the first. Where both
// have unnamed layers of one kind in one scope, but not the same ones, a name may mean either of two layers.
//
//   text why = names_conflict(program, "the program", store, "the store");      empty where all is well
#pragma once
#include "../core/source.hpp"

namespace igata::inline IGATA_ABI::ir {

// A variable's path (of no optimizer's slot), and which of its parts are automatic names (bit 0: the first).
struct named_path {
  std::string_view path;
  std::uint64_t automatic = 0;
  source at{};        // of its layer, where both sets are of one model: one name then means one line
  bool matters = true;  // only kinds of which one layer does are compared
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

// A layer by its path; `has`: of both sides.
struct layer_name {
  std::uint64_t kind = 0, name = 0;  // hashes: of its scope and kind, of its path
  std::string_view path;
  bool automatic[2]{}, has[2]{}, matters = false;
  source at[2]{};
};

// The layers in which a variable stands, but those in which `last`, the variable before it, does.
[[gnu::cold]] constexpr void add_layers(vec<layer_name>& layers, const named_path& v, const named_path& last, int side) {
  std::uint64_t hash = 14695981039346656037u, stem = 0;  // FNV-1a of the path so far; before the "_1" of a part
  std::uint64_t automatic = v.automatic, differs = v.automatic ^ last.automatic;
  bool known = last.matters || !v.matters;
  int letters = 0, digits = -1;  // of the part; behind its last '_', -1: not a number
  for (std::size_t i = 0; i < v.path.size(); ++i) {
    const char c = v.path[i];
    known = known && i < last.path.size() && last.path[i] == c;
    if (c == '/') {
      known = known && !(differs & 1);
      if (!known) {
        layer_name& fresh = layers.push({digits > 0 ? stem : hash, hash, v.path.substr(0, i), {}, {}, v.matters, {}});
        fresh.automatic[side] = automatic & 1;
        fresh.has[side] = true;
        fresh.at[side] = v.at;
      }
      automatic >>= 1, differs >>= 1;
      letters = 0, digits = -1;
    } else {
      if (c == '_' && letters > 0) stem = hash, digits = 0;
      else if (digits >= 0) digits = c >= '0' && c <= '9' ? digits + 1 : -1;
      ++letters;
    }
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
}
// Their order by kind and name, stable: sorted runs are merged to runs of twice the length.
[[gnu::cold]] constexpr vec<int> sorted_layers(const vec<layer_name>& layers) {
  const int count = layers.size();
  vec<int> order(count), merged(count);
  for (int i = 0; i < count; ++i) order[i] = i;
  for (int length = 1; length < count; length *= 2) {
    for (int first = 0; first < count; first += 2 * length) {
      const int middle = first + length < count ? first + length : count, end = middle + length < count ? middle + length : count;
      for (int i = first, a = first, b = middle; i < end; ++i) {
        bool from_a = a < middle;
        if (from_a && b < end) {
          const layer_name &x = layers.items[order.items[a]], &y = layers.items[order.items[b]];
          from_a = x.kind != y.kind ? x.kind < y.kind : x.name <= y.name;
        }
        merged.items[i] = order.items[from_a ? a++ : b++];
      }
    }
    std::swap(order, merged);
  }
  return order;
}
// Up to four names of a kind, as they were met.
[[gnu::cold]] constexpr void list_layers(text& t, const vec<layer_name>& layers, std::uint64_t kind, int side) {
  int shown = 0;
  for (const layer_name& n : layers)
    if (n.kind == kind && n.has[side] && (n.automatic[0] || n.automatic[1]) && ++shown <= 4) t << (shown > 1 ? ", " : "") << n.path;
  if (shown > 4) t << " ...";
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

[[gnu::cold]] constexpr text names_conflict(const vec<named_path>& one, std::string_view where_one, const vec<named_path>& other,
                                            std::string_view where_other) {
  vec<detail::layer_name> layers;
  for (int i = 0; i < one.size(); ++i) detail::add_layers(layers, one[i], i > 0 ? one[i - 1] : named_path{}, 0);
  for (int i = 0; i < other.size(); ++i) detail::add_layers(layers, other[i], i > 0 ? other[i - 1] : named_path{}, 1);
  const vec<int> order = detail::sorted_layers(layers);
  int first_kind = -1, more = 0, first_name = -1;  // of those in conflict the one that was met first
  for (int begin = 0, end = 0; begin < order.size(); begin = end) {
    bool any[2]{}, matters = false, differs = false;
    int count[2]{}, met = layers.size();
    const std::uint64_t kind = layers[order[begin]].kind;
    for (end = begin; end < order.size() && layers[order[end]].kind == kind;) {
      detail::layer_name& n = layers[order[end]];  // all of this name are joined in the first that was met
      const int at = order[end];
      for (++end; end < order.size() && layers[order[end]].name == n.name && layers[order[end]].kind == kind; ++end) {
        detail::layer_name& again = layers[order[end]];
        for (const int side : {0, 1}) {
          if (again.has[side] && (!n.has[side] || (again.automatic[side] && !n.automatic[side]))) n.at[side] = again.at[side];
          n.automatic[side] |= again.automatic[side];
          n.has[side] |= again.has[side];
        }
        n.matters |= again.matters;
        again.kind = 0;
      }
      if (!n.automatic[0] && !n.automatic[1]) continue;
      for (const int side : {0, 1}) {
        any[side] |= n.automatic[side];
        count[side] += n.has[side];
      }
      matters |= n.matters;
      differs |= n.has[0] != n.has[1];
      if (at < met) met = at;
      if (n.automatic[0] && n.automatic[1] && n.at[0].line > 0 && n.at[1].line > 0 && (first_name < 0 || at < first_name) &&
          (n.at[0].line != n.at[1].line || std::string_view(n.at[0].file) != n.at[1].file))
        first_name = at;
    }
    if (matters && differs && any[0] && any[1] && (first_kind < 0 || met < first_kind)) first_kind = met, more = count[1] > count[0];
  }
  text why;
  const std::string_view where[2] = {where_one, where_other};
  if (first_kind >= 0) {
    const std::uint64_t kind = layers[first_kind].kind;
    const detail::layer_name* first = layers.begin();
    while (first->kind != kind || !first->has[more] || (!first->automatic[0] && !first->automatic[1])) ++first;
    why << first->path << " may be either of ";
    detail::list_layers(why, layers, kind, more);
    why << " (" << where[more] << "), of which " << where[!more] << " has ";
    detail::list_layers(why, layers, kind, !more);
    why << "; give each a .name";
  } else if (first_name >= 0) {
    const detail::layer_name& n = layers[first_name];
    why << n.path << " may be either of the layers in " << n.at[0] << " (" << where[0] << ") and " << n.at[1] << " (" << where[1]
        << "); give each a .name";
  }
  return why;
}

}  // namespace igata::inline IGATA_ABI::ir
