// Whether two sets of variables mean the same by their automatic names: dense_1 is the second layer of its kind only beside the first. Where both have
// unnamed layers of one kind in one scope, but not the same ones, a name may mean either of two layers.
//
//   text why = names_conflict(program, "the program", store, "the store");      empty where all is well
#pragma once
#include "../core/hash_table.hpp"
#include "../core/random.hpp"
#include "../core/source.hpp"

namespace igata::inline IGATA_ABI {

// A variable's path (of no optimizer's slot), and which of its parts are automatic names (bit 0: the first).
struct named_path {
  std::string_view path;
  std::uint64_t automatic = 0;
  source at{};        // of its layer, where both sets are of one model: one name then means one line
  bool matters = true;  // only kinds of which one layer does are compared
};

namespace detail {

class name_sets {
 public:
  constexpr void add(int side, const named_path& v) {
    std::size_t begin = 0;
    std::uint32_t hash = 2166136261u;  // of the path so far, as stream() does it
    int parent = -1;
    for (std::uint64_t parts = v.automatic;; parts >>= 1) {
      std::size_t end = begin;
      while (end < v.path.size() && v.path[end] != '/') hash = (hash ^ static_cast<unsigned char>(v.path[end++])) * 16777619u;
      if (end == v.path.size()) return;  // the variable itself
      const std::string_view path = v.path.substr(0, end);
      const int fresh = names_.size();
      const int known = table_.find_or_add(hash * 0x9E3779B97F4A7C15u >> 16, fresh, [&](int i) { return names_.items[i].path == path; });
      if (known == fresh) names_.push(name(path, begin, parent));
      name& n = names_.items[known];
      bool& is = parts & 1 ? n.automatic[side] : n.explicitly[side];
      if (!is) is = true, n.at[side] = v.at;
      n.matters |= v.matters;
      hash = (hash ^ static_cast<unsigned char>('/')) * 16777619u;
      parent = known, begin = end + 1;
    }
  }
  constexpr text conflict(const std::string_view (&where)[2]) {
    for (name& n : names_) {
      if (!n.automatic[0] && !n.automatic[1]) continue;
      const std::string_view kind = kind_of(n);
      const int fresh = groups_.size();
      hasher hash;
      hash << n.parent << stream(kind);
      n.group = groups_of_.find_or_add(hash.state, fresh, [&](int i) { return groups_[i].parent == n.parent && groups_[i].kind == kind; });
      if (n.group == fresh) groups_.push(group(n.parent, kind));
      group& all = groups_[n.group];
      for (int side : {0, 1}) {
        all.any[side] |= n.automatic[side];
        all.count[side] += n.has(side);
      }
      all.matters |= n.matters;
      all.differs |= n.has(0) != n.has(1);
    }
    for (int i = 0; i < groups_.size(); ++i)
      if (groups_[i].matters && groups_[i].differs && groups_[i].any[0] && groups_[i].any[1]) return different_sets(i, where);
    for (const name& n : names_)
      if (n.automatic[0] && n.automatic[1] && n.at[0].line > 0 && n.at[1].line > 0 && (n.at[0].line != n.at[1].line || std::string_view(n.at[0].file) != n.at[1].file))
        return text() << n.path << " may be either of the layers in " << n.at[0] << " (" << where[0] << ") and " << n.at[1] << " (" << where[1] << "); give each a .name";
    return {};
  }

 private:
  struct name {
    std::string_view path;  // of a layer
    std::size_t begin = 0;  // of its last part
    int parent = -1;
    bool automatic[2]{}, explicitly[2]{}, matters = false;
    source at[2]{};
    int group = -1;
    constexpr name() = default;
    constexpr name(std::string_view p, std::size_t b, int outer) : path(p), begin(b), parent(outer) {}
    // A name that one side has automatically is the same layer where the other side has chosen it.
    constexpr bool has(int side) const { return automatic[side] || explicitly[side]; }
  };
  struct group {
    int parent = -1;
    std::string_view kind;
    bool any[2]{};
    int count[2]{};
    bool differs = false, matters = false;
    constexpr group() = default;
    constexpr group(int outer, std::string_view k) : parent(outer), kind(k) {}
  };
  // "dense" of "head/dense_1"
  static constexpr std::string_view kind_of(const name& n) {
    const std::string_view last = n.path.substr(n.begin);
    std::size_t end = last.size();
    while (end > 0 && last[end - 1] >= '0' && last[end - 1] <= '9') --end;
    return end < last.size() && end > 1 && last[end - 1] == '_' ? last.substr(0, end - 1) : last;
  }
  constexpr text listed(int which, int side) const {
    text t;
    int shown = 0;
    for (const name& n : names_)
      if (n.group == which && n.has(side) && ++shown <= 4) t << (shown > 1 ? ", " : "") << n.path;
    return shown > 4 ? text() << t << " ..." : t;
  }
  constexpr text different_sets(int which, const std::string_view (&where)[2]) const {
    const int more = groups_[which].count[1] > groups_[which].count[0];
    const name* first = nullptr;
    for (const name& n : names_)
      if (!first && n.group == which && n.has(more)) first = &n;
    return text() << first->path << " may be either of " << listed(which, more) << " (" << where[more] << "), of which " << where[!more] << " has " << listed(which, !more) << "; give each a .name";
  }

  vec<name> names_;
  vec<group> groups_;
  hash_table table_{0}, groups_of_{0};
};

}  // namespace detail

constexpr text names_conflict(const vec<named_path>& one, std::string_view where_one, const vec<named_path>& other, std::string_view where_other) {
  detail::name_sets sets;
  for (const named_path& v : one) sets.add(0, v);
  for (const named_path& v : other) sets.add(1, v);
  return sets.conflict({where_one, where_other});
}

}  // namespace igata::inline IGATA_ABI
