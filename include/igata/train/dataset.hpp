// Rows of named columns in memory: features of any type, and labels of any whole one. Parts of a dataset are views: they share the columns.
//
//   train::dataset digits;
//   digits.add_features("image", pixels, {8, 8, 1});
//   digits.add_labels("digit", labels, 10);
//   auto [rest, held_out] = digits.stratified_split(0.2, /*seed*/ 7, "digit");
#pragma once
#include <algorithm>    // sort
#include <cmath>        // floor
#include <cstddef>      // size_t
#include <cstdint>      // int32_t, uint32_t
#include <initializer_list>  // initializer_list
#include <limits>       // numeric_limits
#include <map>          // map
#include <memory>       // shared_ptr
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view
#include <utility>      // move
#include <vector>       // vector

#include "../core/whole.hpp"
#include "../engine/error.hpp"
#include "../core/shape.hpp"
#include "permutation.hpp"

namespace igata::inline IGATA_ABI::train {

class dataset {
 public:
  struct column {
    std::string name;
    dtype type = f32;
    shape dims{};     // of one row
    int row = 1;      // its elements
    int classes = 0;  // i32: values lie in [0, classes)
    std::vector<float> floats{};
    std::vector<std::int32_t> ints{};
    std::vector<std::uint8_t> bytes{};  // u8, and bool: 0 or 1
    std::shared_ptr<const void> others{};  // the first of the numbers of all other types

    const void* data() const {
      return type == f32 ? static_cast<const void*>(floats.data()) : type == i32 ? ints.data() : others ? others.get() : bytes.data();
    }
  };
  struct parts;

  dataset& add_features(std::string name, std::vector<float> values, const shape& row) {
    column c{.name = std::move(name), .type = f32, .dims = row};
    c.floats = std::move(values);
    return add(std::move(c), c.floats.size());
  }
  // Of any other type, which the column has then: without a copy, but for bool. An input in<"image", u8, …> reads bytes.
  template <ElementType T>
  dataset& add_features(std::string name, std::vector<T> values, const shape& row) {
    column c{.name = std::move(name), .type = igata::detail::type_of<T>(), .dims = row};
    const std::size_t count = values.size();
    take_values(c, std::move(values));
    return add(std::move(c), count);
  }
  // Labels, or rows of token ids, of any whole type, which the column has then: every value in [0, classes).
  template <ElementType T>
    requires(is_whole(igata::detail::type_of<T>()))
  dataset& add_labels(std::string name, std::vector<T> values, int classes, const shape& row = {}) {
    column c{.name = std::move(name), .type = igata::detail::type_of<T>(), .dims = row, .classes = classes};
    if (classes < 1)
      raise(text() << "dataset: column '" << c.name << "': classes: expected at least 1, got " << classes << "; say how many there are");
    for (std::size_t i = 0; i < values.size(); ++i)
      if (static_cast<std::uint64_t>(values[i]) >= static_cast<std::uint64_t>(classes))
        raise(text() << "dataset: column '" << c.name << "' value " << static_cast<long long>(i) << ": expected a label in [0, "
                     << classes << "), got " << static_cast<long long>(values[i]) << "; correct the label or the number of classes");
    const std::size_t count = values.size();
    take_values(c, std::move(values));
    return add(std::move(c), count);
  }
  dataset& add_labels(std::string name, std::initializer_list<std::int32_t> values, int classes, const shape& row = {}) {
    return add_labels(std::move(name), std::vector<std::int32_t>(values), classes, row);
  }

  int size() const { return rows_; }
  bool empty() const { return rows_ == 0; }
  int columns() const { return static_cast<int>(columns_.size()); }
  const column& operator[](int i) const { return *columns_[static_cast<std::size_t>(i)]; }
  const column* find(std::string_view name) const {
    for (const auto& c : columns_)
      if (c->name == name) return c.get();
    return nullptr;
  }
  const column& at(std::string_view name) const {
    if (const column* c = find(name)) return *c;
    raise("dataset: expected a column '" + std::string(name) + "', got " + column_names() + "; add or rename it");
  }
  std::string column_names() const {
    std::string names;
    for (const auto& c : columns_) names += (names.empty() ? "'" : ", '") + c->name + '\'';
    return names.empty() ? "no columns" : names;
  }

  // Where row i of this view lies in its columns.
  int origin(int i) const { return order_ ? (*order_)[static_cast<std::size_t>(i)] : i; }
  // Row i of a column of that type; nothing where it has another.
  template <class T>
  std::span<const T> values(std::string_view name, int i) const&& = delete;  // it would dangle
  template <ElementType T>
  std::span<const T> values(std::string_view name, int i) const& {
    const column& c = at(name);
    if (!igata::detail::is_type<T>(c.type)) return {};
    return {static_cast<const T*>(c.data()) + static_cast<std::size_t>(origin(i)) * static_cast<std::size_t>(c.row), static_cast<std::size_t>(c.row)};
  }
  std::span<const float> features(std::string_view name, int i) const&& = delete;
  std::span<const float> features(std::string_view name, int i) const& { return values<float>(name, i); }
  std::span<const std::uint8_t> bytes(std::string_view name, int i) const&& = delete;
  std::span<const std::uint8_t> bytes(std::string_view name, int i) const& { return values<std::uint8_t>(name, i); }
  // One label per row.
  std::vector<std::int32_t> labels(std::string_view name) const {
    const column& c = at(name);
    if (!is_whole(c.type) || c.row != 1)
      raise(text() << "dataset: column '" << name << "': expected one label per row, whole numbers, got " << name_of(c.type) << c.dims);
    std::vector<std::int32_t> all;
    for (int i = 0; i < rows_; ++i) all.push_back(static_cast<std::int32_t>(igata::detail::number_at(c.data(), c.type, origin(i))));
    return all;
  }

  // The given rows in the given order.
  dataset take(std::span<const int> indices) const {
    dataset view = *this;
    auto order = std::make_shared<std::vector<int>>();
    for (const int i : indices) {
      if (i < 0 || i >= rows_) raise(text() << "dataset: take: expected an index in [0, " << rows_ << "), got " << i);
      order->push_back(origin(i));
    }
    view.rows_ = static_cast<int>(order->size());
    view.order_ = std::move(order);
    return view;
  }
  dataset first(int n) const {
    std::vector<int> indices;
    for (int i = 0; i < n && i < rows_; ++i) indices.push_back(i);
    return take(indices);
  }

  // held_out gets round(fraction · size()) rows, chosen by the seed.
  parts split(double fraction, std::uint32_t seed) const;
  // The same, and every class keeps its share to within one row.
  parts stratified_split(double fraction, std::uint32_t seed, std::string_view label) const;

 private:
  // Without a copy, but for bool.
  template <class T>
  static void take_values(column& c, std::vector<T>&& values) {
    if constexpr (std::is_same_v<T, std::uint8_t>) {
      c.bytes = std::move(values);
    } else if constexpr (std::is_same_v<T, bool>) {
      c.bytes.assign(values.begin(), values.end());
    } else if constexpr (std::is_same_v<T, std::int32_t>) {
      c.ints = std::move(values);
    } else if (!values.empty()) {
      const auto held = std::make_shared<const std::vector<T>>(std::move(values));
      c.others = std::shared_ptr<const void>(held, held->data());
    }
  }
  dataset& add(column&& c, std::size_t values) {
    const auto row = c.dims.count();
    const auto complain = [&](const char* rule, long long expected, long long got, const char* remedy) {
      raise(text() << "dataset: column '" << c.name << "': " << rule << ": expected " << expected << ", got " << got << "; "
                   << remedy);
    };
    if (find(c.name)) raise("dataset: column '" + c.name + "': expected a new name, got one that is there; rename it");
    if (order_) raise("dataset: column '" + c.name + "': expected a whole dataset, got a view; add columns before splitting");
    if (c.dims.rank > max_rank || c.dims.rows_of || row < 1 || row > (std::numeric_limits<int>::max)())
      raise(text() << "dataset: column '" << c.name << "': expected the extents of one row, got " << c.dims);
    c.row = static_cast<int>(row);
    const std::size_t rows = values / static_cast<std::size_t>(row);
    if (values == 0) raise("dataset: column '" + c.name + "': expected at least one row, got none; is the source empty?");
    if (values % static_cast<std::size_t>(row) != 0)
      complain("values: not whole rows", row * static_cast<long long>(rows + 1), static_cast<long long>(values), "check the row's shape");
    if (rows > static_cast<std::size_t>((std::numeric_limits<int>::max)()))
      complain("rows: too many", (std::numeric_limits<int>::max)(), static_cast<long long>(rows), "train on parts of the data");
    if (!columns_.empty() && rows != static_cast<std::size_t>(rows_))
      complain("rows", rows_, static_cast<long long>(rows), "every column has one entry per row");
    rows_ = static_cast<int>(rows);
    columns_.push_back(std::make_shared<const column>(std::move(c)));
    return *this;
  }
  int held_out_rows(double fraction) const {
    const double wanted = std::floor(fraction * rows_ + 0.5);
    if (wanted >= 1 && wanted < rows_) return static_cast<int>(wanted);
    raise(text() << "dataset: split: expected a fraction that leaves rows on both sides, got " << fraction << " of " << rows_
                 << " rows; choose another one");
  }
  parts divide(std::vector<bool> held) const;

  std::vector<std::shared_ptr<const column>> columns_;
  std::shared_ptr<const std::vector<int>> order_;  // null: all rows as they are
  int rows_ = 0;
};

// What a split gives: views of the rows.
struct dataset::parts {
  dataset rest, held_out;
};

inline dataset::parts dataset::divide(std::vector<bool> held) const {
  std::vector<int> sides[2];
  for (int i = 0; i < rows_; ++i) sides[held[static_cast<std::size_t>(i)] ? 1 : 0].push_back(i);
  return {take(sides[0]), take(sides[1])};
}

inline dataset::parts dataset::split(double fraction, std::uint32_t seed) const {
  const int wanted = held_out_rows(fraction);
  const std::vector<int> order = permutation(rows_, seed, "split");
  std::vector<bool> held(order.size());
  for (int i = 0; i < wanted; ++i) held[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = true;
  return divide(std::move(held));
}

inline dataset::parts dataset::stratified_split(double fraction, std::uint32_t seed, std::string_view label) const {
  held_out_rows(fraction);
  const std::vector<std::int32_t> all = labels(label);
  std::map<std::int32_t, std::vector<int>> members;
  for (const int i : permutation(rows_, seed, "split")) members[all[static_cast<std::size_t>(i)]].push_back(i);
  std::vector<bool> held(all.size());
  double seen = 0, before = 0;  // rounding the running total keeps both it and each class within one row
  for (const auto& [value, rows] : members) {
    seen += static_cast<double>(rows.size());
    const double total = std::floor(fraction * seen + 0.5);
    for (std::size_t i = 0; i < static_cast<std::size_t>(total - before); ++i) held[static_cast<std::size_t>(rows[i])] = true;
    before = total;
  }
  return divide(std::move(held));
}

}  // namespace igata::inline IGATA_ABI::train
