// What a program's several results are for all rows of a dataset.
//
//   train::predictions p = train::predict(t, held_out);
//   p["angle"];   p[1];
#pragma once
#include <cstddef>      // size_t
#include <string>       // string
#include <string_view>  // string_view
#include <utility>      // move
#include <vector>       // vector

#include "../engine/error.hpp"

namespace igata::inline IGATA_ABI::train {

class predictions {
 public:
  struct result {
    std::string name;
    std::vector<float> rows;
  };
  explicit predictions(std::vector<result> all) : all_(std::move(all)) {}

  int size() const { return static_cast<int>(all_.size()); }
  std::string_view name(int i) const { return at(i).name; }
  const std::vector<float>& operator[](int i) const { return at(i).rows; }
  const std::vector<float>& operator[](std::string_view name) const {
    text names;
    for (const result& r : all_) {
      if (r.name == name) return r.rows;
      names << (names.empty() ? "'" : ", '") << r.name << '\'';
    }
    raise(text() << "predictions: expected one of " << names << ", got '" << name << '\'');
  }

 private:
  const result& at(int i) const {
    if (i < 0 || i >= size()) raise(text() << "predictions: expected an index in [0, " << size() << "), got " << i);
    return all_[static_cast<std::size_t>(i)];
  }
  std::vector<result> all_;
};

}  // namespace igata::inline IGATA_ABI::train
