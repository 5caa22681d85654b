// Tensors of an ONNX file. Their bytes are not copied where they lie as they are used; external data lies in the model's folder or below.
#pragma once
#include <algorithm>  // min
#include <cstring>    // memcpy
#include <optional>   // optional
#include <utility>    // move

#include "../io/mapped_file.hpp"
#include "message_reader.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

class tensor_reader {
 public:
  // `path` is the model's.
  tensor_reader(message_reader& in, std::string path) : in_(in), path_(std::move(path)) {}

  sparse_tensor read_sparse(const place& where, std::string_view bytes) {
    sparse_tensor s;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      if (f.id == 1) s.values = read_tensor({&where, "values"}, w.bytes(f));
      if (f.id == 2) s.indices = read_tensor({&where, "indices"}, w.bytes(f));
      if (f.id == 3) in_.numbers(w, f, where, s.dims);
    });
    return s;
  }
  tensor read_tensor(const place& where, std::string_view bytes) {
    tensor t;
    std::vector<float> floats;
    std::vector<double> doubles;
    std::vector<std::int64_t> whole;  // int32_data, int64_data, uint64_data
    std::optional<std::string_view> raw;
    std::map<std::string, std::string> external;
    bool is_external = false;
    in_.each(where, bytes, [&](const wire& w, const field& f) {
      switch (f.id) {
        case 1: in_.numbers(w, f, where, t.dims); break;
        case 2: t.type = in_.element_of(where, w.number(f)); break;
        case 4: in_.numbers(w, f, where, floats); break;
        case 5:
        case 7:
        case 11: in_.numbers(w, f, where, whole); break;
        case 6: in_.texts(w, f, where, t.strings); break;
        case 8: t.name = in_.text(w, f, where); break;
        case 9: raw = w.bytes(f); break;
        case 10: in_.numbers(w, f, where, doubles); break;
        case 13: in_.read_property({&where, "external_data"}, w.bytes(f), external); break;
        case 14: is_external = w.number(f) == 1; break;
        default: break;
      }
    });
    const std::uint64_t elements = count_of(where, t.dims);
    if (t.type == element_type::undefined) in_.fail(where, "a data_type", "none");
    if (t.type == element_type::string) {
      if (t.strings.size() != elements) wrong_count(where, t, elements, t.strings.size());
      return t;
    }
    const std::uint64_t size = (elements * static_cast<std::uint64_t>(bits_of(t.type)) + 7) / 8;
    if (is_external) {
      t.there = external_data(where, external, size);
    } else if (raw) {
      if (raw->size() != size) in_.fail(where, std::to_string(size) + " bytes for " + shown(t), std::to_string(raw->size()));
      t.there = std::as_bytes(std::span(raw->data(), raw->size()));
    } else {
      hold(where, t, size, floats, doubles, whole);
    }
    return t;
  }
  // Whose bytes the tensors show.
  std::vector<std::shared_ptr<const void>> take_files() { return std::move(files_); }

 private:
  // The product of the extents, which bytes can be counted for.
  std::uint64_t count_of(const place& where, const std::vector<std::int64_t>& dims) const {
    std::uint64_t n = 1;
    for (const std::int64_t d : dims) {
      if (d < 0) in_.fail(where, "extents from 0", std::to_string(d));
      if (d != 0 && n > (std::uint64_t{1} << 48) / static_cast<std::uint64_t>(d)) in_.fail(where, "at most 2^48 elements", "more");
      n *= static_cast<std::uint64_t>(d);
    }
    return n;
  }
  static std::string shown(const tensor& t) {
    std::string s(name_of(t.type));
    s += '[';
    for (std::size_t i = 0; i < t.dims.size() && i < 16; ++i) (s += i ? "," : "") += std::to_string(t.dims[i]);
    return s + ']';
  }
  [[noreturn]] void wrong_count(const place& where, const tensor& t, std::uint64_t expected, std::uint64_t got) const {
    in_.fail(where, std::to_string(expected) + " values for " + shown(t), std::to_string(got));
  }
  // Values that are written as numbers of the wire: bytes as in memory.
  void hold(const place& where, tensor& t, std::uint64_t size, const std::vector<float>& floats, const std::vector<double>& doubles,
            const std::vector<std::int64_t>& whole) {
    const bool in_floats = t.type == element_type::f32 || t.type == element_type::c64;
    const bool in_doubles = t.type == element_type::f64 || t.type == element_type::c128;
    const std::uint64_t each_size = in_floats ? 4 : in_doubles ? 8 : bits_of(t.type) < 8 ? 1 : static_cast<std::uint64_t>(bits_of(t.type)) / 8;
    const std::uint64_t got = in_floats ? floats.size() : in_doubles ? doubles.size() : whole.size();
    if (got * each_size != size) wrong_count(where, t, size / each_size, got);
    in_.take(where, size);
    t.held.resize(static_cast<std::size_t>(size));
    if (size == 0) return;
    if (in_floats) std::memcpy(t.held.data(), floats.data(), t.held.size());
    else if (in_doubles) std::memcpy(t.held.data(), doubles.data(), t.held.size());
    else
      for (std::size_t i = 0; i < whole.size(); ++i)  // little-endian, as the lower bytes
        std::memcpy(t.held.data() + i * each_size, &whole[i], static_cast<std::size_t>(each_size));
  }

  std::span<const std::byte> external_data(const place& where, const std::map<std::string, std::string>& about, std::uint64_t size) {
    const auto given = [&](const char* key) {
      const auto found = about.find(key);
      return found == about.end() ? std::string() : found->second;
    };
    const std::string location = given("location"), offset_text = given("offset"), length_text = given("length");
    if (!stays_in_folder(location))
      in_.fail(where, "external data at a path below the model's folder", io::in_quotes(location), "keep the files of a model in one folder");
    const auto number = [&](const std::string& digits, std::uint64_t otherwise) {
      std::uint64_t n = 0;
      for (const char c : digits) {
        if (c < '0' || c > '9' || digits.size() > 18) in_.fail(where, "a whole number of bytes", io::in_quotes(digits));
        n = n * 10 + static_cast<std::uint64_t>(c - '0');
      }
      return digits.empty() ? otherwise : n;
    };
    const std::uint64_t offset = number(offset_text, 0), length = number(length_text, size);
    if (length != size) in_.fail(where, std::to_string(size) + " bytes of external data", std::to_string(length));
    if (size == 0) return {};
    const std::size_t folder = path_.find_last_of("/\\");
    const std::string file = folder == path_.npos ? location : path_.substr(0, folder + 1) + location;
    auto& mapped = external_[file];
    if (!mapped) {
      io::input_file in(file);
      mapped = std::make_shared<io::mapped_file>(file, in);
      files_.push_back(mapped);
    }
    if (offset > mapped->size() || length > mapped->size() - offset)
      in_.fail(where, std::to_string(length) + " bytes at " + std::to_string(offset) + " of " + io::in_quotes(location),
                "a file of " + std::to_string(mapped->size()), "the file is cut short or another model's");
    return {mapped->data() + offset, static_cast<std::size_t>(length)};
  }
  // No root, no drive, no way up.
  static bool stays_in_folder(std::string_view path) {
    if (path.empty() || path[0] == '/' || path.find_first_of("\\:") != path.npos || path.find('\0') != path.npos) return false;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      if (path.substr(begin, end - begin) == "..") return false;
      begin = end + 1;
    }
    return true;
  }

  message_reader& in_;
  std::string path_;
  std::map<std::string, std::shared_ptr<io::mapped_file>> external_;
  std::vector<std::shared_ptr<const void>> files_;
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
