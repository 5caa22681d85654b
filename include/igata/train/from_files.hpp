// Datasets from tables and from IDX files.
//
//   auto digits = train::from_csv(io::csv::load("digits.csv"), {{.name = "image", .row = {8, 8, 1}, .scale = 1 / 16.f},
//                                                               {.name = "digit", .from = {-1}, .classes = 10}});
//   auto houses = train::from_csv(table, {{.name = "features"}, {.name = "price", .from = {"price"}}});
//   auto mnist = train::from_idx(io::idx::load(images), io::idx::load(labels), {.features = "image", .label = "digit", .classes = 10});
#pragma once
#include <cstddef>  // size_t
#include <cstdint>  // int32_t
#include <string>   // string
#include <vector>   // vector

#include "../core/math.hpp"
#include "../io/csv.hpp"
#include "../io/idx.hpp"
#include "dataset.hpp"

namespace igata::inline IGATA_ABI::train {

// A column of the dataset, made from columns of a table.
struct csv_column {
  std::string name{};                      // the program's input
  std::vector<io::csv::column_id> from{};  // in this order; none: all columns that no other one takes
  shape row{};                             // their layout; none: a vector of them
  float scale = 1;                         // each number is multiplied by it
  int classes = 0;                         // above 0: labels or ids, whole numbers in [0, classes)
};

namespace detail {

// The table's columns that one of the dataset is made from.
inline std::vector<int> sources_of(const io::csv::table& t, const std::vector<csv_column>& columns, const csv_column& c) {
  std::vector<int> sources;
  for (const io::csv::column_id& id : c.from) sources.push_back(t.find(id));
  if (!c.from.empty()) return sources;
  std::vector<bool> taken(static_cast<std::size_t>(t.columns));
  for (const csv_column& other : columns) {
    if (&other != &c && other.from.empty())
      raise(t.file + ": columns '" + c.name + "' and '" + other.name + "': expected one that takes the rest, got two; say .from of one of them");
    for (const io::csv::column_id& id : other.from) taken[static_cast<std::size_t>(t.find(id))] = true;
  }
  for (int i = 0; i < t.columns; ++i)
    if (!taken[static_cast<std::size_t>(i)]) sources.push_back(i);
  return sources;
}

inline std::int32_t label_of(const io::csv::table& t, int row, int column, int classes) {
  const float label = t.row(row)[static_cast<std::size_t>(column)];
  // The comparison comes first: converting a float that does not fit is undefined.
  if (label >= 0 && label < static_cast<float>(classes) && label == static_cast<float>(static_cast<std::int32_t>(label)))
    return static_cast<std::int32_t>(label);
  text line;
  line << t.file << ':' << t.lines[static_cast<std::size_t>(row)] << ": " << t.describe(column) << ": expected a label in [0, " << classes
       << "), got ";
  if (math::is_nan(label)) {
    line << "no value";
  } else {
    line << label;
  }
  raise(line << "; correct the line or .classes");
}

}  // namespace detail

// Throws error where the table does not have what is asked for.
inline dataset from_csv(const io::csv::table& t, const std::vector<csv_column>& columns) {
  dataset d;
  for (const csv_column& c : columns) {
    if (c.name.empty()) raise(t.file + ": from_csv: expected a .name for every column, got none; use the name of the program's input");
    const std::vector<int> sources = detail::sources_of(t, columns, c);
    const auto width = static_cast<int>(sources.size());
    const bool one_label = c.classes > 0 && width == 1 && c.row.rank == 0;
    const shape row = c.row.rank || one_label ? c.row : shape{width};
    if (width == 0 || row.count() != width)
      raise(text() << t.file << ": column '" << c.name << "': expected " << static_cast<long long>(row.count()) << " columns for " << row << ", got "
                   << width << "; check .row and .from");
    std::vector<float> numbers;
    std::vector<std::int32_t> labels;
    for (int i = 0; i < t.rows; ++i)
      for (const int k : sources) {
        if (c.classes > 0) {
          labels.push_back(detail::label_of(t, i, k, c.classes));
        } else {
          numbers.push_back(t.row(i)[static_cast<std::size_t>(k)] * c.scale);
        }
      }
    for (const int k : sources)
      if (const auto words = t.vocabularies[static_cast<std::size_t>(k)].size(); c.classes <= 0 && words > 0)
        raise(text() << t.file << ": column '" << c.name << "': expected numbers, got the words of " << t.describe(k)
                     << "; make them ids with .classes = " << static_cast<long long>(words));
    if (c.classes > 0) {
      d.add_labels(c.name, std::move(labels), c.classes, row);
    } else {
      d.add_features(c.name, std::move(numbers), row);
    }
  }
  return d;
}

// Names of the dataset's columns, and the factor from bytes to numbers.
struct idx_columns {
  std::string features{};  // the program's inputs
  float scale = 1 / 255.f;
  std::string label{};
  int classes = 0;
  dtype type = f32;        // of the features; u8: bytes as they are, without a factor
  dtype label_type = i32;  // or u8: bytes as they are
};

// Images [n,h,w] become rows [h,w,1].
inline dataset from_idx(io::idx::array images, io::idx::array labels, const idx_columns& how) {
  if (how.features.empty() || how.label.empty())
    raise(images.file + ": from_idx: expected .features and .label, got no name; use the names of the program's inputs");
  if (images.dims.size() < 2)
    raise(images.file + ": rank: expected images of rank 3, got " + std::to_string(images.dims.size()) + "; are the files swapped?");
  if (labels.dims.size() != 1)
    raise(labels.file + ": rank: expected labels of rank 1, got " + std::to_string(labels.dims.size()) + "; are the files swapped?");
  if (images.items() != labels.items())
    raise(text() << labels.file << ": labels: expected " << images.items() << " (the images of " << images.file << "), got "
                 << labels.items() << "; are both of the same set?");
  shape row;
  for (std::size_t i = 1; i < images.dims.size(); ++i) row.push(images.dims[i]);
  if (images.dims.size() == 3) row.push(1);
  if (how.type != f32 && how.type != u8)
    raise(text() << images.file << ": from_idx: type: expected f32 or u8, got " << name_of(how.type) << "; the files hold bytes");
  if (how.label_type != i32 && how.label_type != u8)
    raise(text() << labels.file << ": from_idx: label_type: expected i32 or u8, got " << name_of(how.label_type) << "; the files hold bytes");
  std::vector<float> pixels(how.type == f32 ? images.bytes.size() : 0);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(images.bytes[i]) * how.scale;
  for (std::size_t i = 0; i < labels.bytes.size(); ++i)
    if (labels.bytes[i] >= how.classes)
      raise(text() << labels.file << ": item " << static_cast<long long>(i) << ": expected a label in [0, " << how.classes
                   << "), got " << int{labels.bytes[i]} << "; correct the file or .classes");
  dataset d;
  if (how.type == f32) d.add_features(how.features, std::move(pixels), row);
  else d.add_features(how.features, std::move(images.bytes), row);
  if (how.label_type == u8) d.add_labels(how.label, std::move(labels.bytes), how.classes);
  else d.add_labels(how.label, std::vector<std::int32_t>(labels.bytes.begin(), labels.bytes.end()), how.classes);
  return d;
}

}  // namespace igata::inline IGATA_ABI::train
