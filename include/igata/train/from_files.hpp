// Datasets from tables of numbers and from IDX files.
//
//   auto digits = train::from_csv(io::csv::load("digits.csv"), {.row = {8, 8, 1}, .scale = 1 / 16.f});
//   auto mnist = train::from_idx(io::idx::load(images), io::idx::load(labels));
#pragma once
#include <cstddef>  // size_t
#include <cstdint>  // int32_t
#include <string>   // string
#include <vector>   // vector

#include "../io/csv.hpp"
#include "../io/idx.hpp"
#include "dataset.hpp"

namespace igata::inline IGATA_ABI::train {

// Names of the dataset's columns, and how the table's numbers are read.
struct csv_columns {
  std::string features = "image";
  shape row{};      // of the features; none: a vector of all columns but the last
  float scale = 1;  // every feature is multiplied by it
  std::string label = "digit";
  int classes = 10;
};

// The label is the last column.
inline dataset from_csv(const io::csv::table& t, const csv_columns& how = {}) {
  const shape row = how.row.rank ? how.row : shape{t.columns - 1};
  if (t.columns < 2 || row.count() != t.columns - 1)
    raise(text() << t.file << ": columns: expected " << static_cast<long long>(row.count()) << " features and a label, got "
                 << t.columns << " columns; check .row");
  std::vector<float> features;
  std::vector<std::int32_t> labels;
  features.reserve(t.values.size());
  for (int i = 0; i < t.rows; ++i) {
    const auto values = t.row(i);
    for (const float x : values.first(values.size() - 1)) features.push_back(x * how.scale);
    const float label = values.back();
    // The comparison comes first: converting a float that does not fit is undefined.
    if (!(label >= 0 && label < static_cast<float>(how.classes)) || label != static_cast<float>(static_cast<std::int32_t>(label)))
      raise(text() << t.file << ':' << t.first_line + i << ": column " << t.columns << ": expected a label in [0, " << how.classes
                   << "), got " << label << "; correct the line or .classes");
    labels.push_back(static_cast<std::int32_t>(label));
  }
  dataset d;
  d.add_features(how.features, std::move(features), row);
  d.add_labels(how.label, std::move(labels), how.classes);
  return d;
}

// Names of the dataset's columns, and the factor from bytes to numbers.
struct idx_columns {
  std::string features = "image";
  float scale = 1 / 255.f;
  std::string label = "digit";
  int classes = 10;
};

// Images [n,h,w] become rows [h,w,1].
inline dataset from_idx(const io::idx::array& images, const io::idx::array& labels, const idx_columns& how = {}) {
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
  std::vector<float> pixels(images.bytes.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(images.bytes[i]) * how.scale;
  for (std::size_t i = 0; i < labels.bytes.size(); ++i)
    if (labels.bytes[i] >= how.classes)
      raise(text() << labels.file << ": item " << static_cast<long long>(i) << ": expected a label in [0, " << how.classes
                   << "), got " << int{labels.bytes[i]} << "; correct the file or .classes");
  dataset d;
  d.add_features(how.features, std::move(pixels), row);
  d.add_labels(how.label, std::vector<std::int32_t>(labels.bytes.begin(), labels.bytes.end()), how.classes);
  return d;
}

}  // namespace igata::inline IGATA_ABI::train
