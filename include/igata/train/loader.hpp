// Batches of a dataset in a shuffled order, gathered into one staging buffer per input.
//
// The order is a function of seed and epoch alone. The last batch of an epoch may be smaller.
//
//   train::loader batches(digits, {"image", "digit"}, 64, {.shuffle = true, .seed = 7});
//   for (batches.start(epoch); batches.next();) t.step({batches.floats(0), batches.ints(1)}, batches.rows());
#pragma once
#include <algorithm>  // min
#include <cstddef>    // byte, size_t
#include <cstdint>    // uint32_t
#include <cstring>    // memcpy
#include <numeric>    // iota
#include <span>       // span
#include <string>     // string
#include <vector>     // vector

#include "../engine/store.hpp"
#include "dataset.hpp"

namespace igata::inline IGATA_ABI::train {

struct loader_options {
  bool shuffle = false;
  std::uint32_t seed = 0;
};

class loader {
 public:
  loader(const dataset& data, const std::vector<std::string>& inputs, int batch_size, const loader_options& how = {})
      : data_(data), how_(how), batch_size_(batch_size), order_(static_cast<std::size_t>(data.size())) {
    if (data.empty()) raise(text("loader: dataset: expected at least one row, got none; is the source empty?"));
    if (batch_size < 1) raise(text() << "loader: batch_size: expected at least 1, got " << batch_size);
    for (const std::string& name : inputs) {
      const auto& c = data_.at(name);
      const std::size_t row_bytes = static_cast<std::size_t>(c.row) * static_cast<std::size_t>(size_of(c.type));
      sources_.push_back(
          {&c, static_cast<const std::byte*>(c.data()), row_bytes, aligned_memory(row_bytes * static_cast<std::size_t>(batch_size))});
    }
    for (const source& s : sources_) inputs_.push_back(s.staging.data());
    start(0);
  }

  int batches() const { return (data_.size() - 1) / batch_size_ + 1; }
  void start(int epoch) {
    std::iota(order_.begin(), order_.end(), 0);
    if (how_.shuffle) shuffle(order_, how_.seed, "shuffle", static_cast<std::uint32_t>(epoch));
    begin_ = rows_ = 0;
  }
  // False after the last batch.
  bool next() {
    begin_ += rows_;
    rows_ = (std::min)(batch_size_, data_.size() - begin_);
    for (const source& s : sources_)
      for (int i = 0; i < rows_; ++i)
        std::memcpy(s.staging.data() + static_cast<std::size_t>(i) * s.row_bytes,
                    s.data + static_cast<std::size_t>(data_.origin(row(i))) * s.row_bytes, s.row_bytes);
    return rows_ > 0;
  }
  // The rows of this batch of one of the columns, which must be of that type.
  template <ElementType T>
  std::span<const T> values(int input) const {
    return column_rows<T>(input, igata::detail::type_of<T>());
  }
  std::span<const float> floats(int input) const { return values<float>(input); }
  std::span<const std::int32_t> ints(int input) const { return values<std::int32_t>(input); }
  std::span<const std::uint8_t> bytes(int input) const { return values<std::uint8_t>(input); }
  // Pointers to them, for calls that do not look at types.
  const void* const* inputs() const { return inputs_.data(); }
  int rows() const { return rows_; }
  // Which row of the dataset is row i of this batch.
  int row(int i) const { return order_[static_cast<std::size_t>(begin_ + i)]; }

 private:
  template <class T>
  std::span<const T> column_rows(int input, dtype type) const {
    if (input < 0 || input >= static_cast<int>(sources_.size()))
      raise(text() << "loader: expected an input in [0, " << static_cast<int>(sources_.size()) << "), got " << input);
    const source& s = sources_[static_cast<std::size_t>(input)];
    if (s.from->type != type)
      raise(text() << "loader: column '" << s.from->name << "': expected " << name_of(type) << ", got " << name_of(s.from->type) << "; use "
                   << (s.from->type == f32 ? "floats" : s.from->type == i32 ? "ints" : s.from->type == u8 ? "bytes" : "values"));
    return {reinterpret_cast<const T*>(s.staging.data()), static_cast<std::size_t>(s.from->row) * static_cast<std::size_t>(rows_)};
  }
  struct source {
    const dataset::column* from;
    const std::byte* data;
    std::size_t row_bytes;
    aligned_memory staging;
  };
  dataset data_;  // a view: shares the columns
  loader_options how_;
  int batch_size_, begin_ = 0, rows_ = 0;
  std::vector<int> order_;
  std::vector<source> sources_;
  std::vector<const void*> inputs_;
};

}  // namespace igata::inline IGATA_ABI::train
