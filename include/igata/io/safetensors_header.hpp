// The header of a safetensors file: 8 bytes of length, JSON, then the tensors' bytes without holes.
// https://huggingface.co/docs/safetensors
//
// Nothing that the file claims is believed before it is checked against the file's size: no allocation is larger than the file.
//
//   for (const auto& t : io::safetensors::read_header("model.safetensors").tensors) …
#pragma once
#include <algorithm>  // sort
#include <cstddef>    // size_t
#include <cstdint>    // uint64_t
#include <limits>     // numeric_limits
#include <map>        // map
#include <set>        // set
#include <string>     // string
#include <vector>     // vector

#include "file.hpp"
#include "json.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

inline constexpr std::uint64_t longest_header = 100'000'000;  // the reference implementation's cap
inline constexpr std::string_view format_version = "1";

using metadata = std::map<std::string, std::string>;

struct tensor {
  std::string name;
  std::string type;  // as written: F32; also a type that igata does not know
  std::vector<std::uint64_t> dims;
  std::uint64_t begin = 0, end = 0;  // bytes, counted from header::data_start
};

struct header {
  std::vector<tensor> tensors;  // in the order of their bytes
  metadata about;
  std::uint64_t data_start = 0;
};

// Bytes of an element; 0 of a type that is not known here.
constexpr std::uint64_t type_bytes(std::string_view type) {
  struct known {
    std::string_view name;
    std::uint64_t bytes;
  };
  for (const known k : {known{"F32", 4}, known{"I32", 4}, known{"F64", 8}, known{"F16", 2}, known{"BF16", 2}, known{"BOOL", 1},
                        known{"U8", 1}, known{"I8", 1}, known{"F8_E4M3", 1}, known{"F8_E5M2", 1}, known{"I16", 2}, known{"U16", 2},
                        known{"U32", 4}, known{"I64", 8}, known{"U64", 8}})
    if (k.name == type) return k.bytes;
  return 0;
}

inline std::string dims_text(const std::vector<std::uint64_t>& dims) {
  std::string s = "[";
  for (std::size_t i = 0; i < dims.size() && i < 16; ++i) {
    if (i) s += ',';
    s += std::to_string(dims[i]);
  }
  return s + (dims.size() > 16 ? ",…]" : "]");
}

namespace detail {

[[noreturn]] inline void fail(const std::string& file, const std::string& where, const std::string& rule, const std::string& expected,
                              const std::string& got, const std::string& remedy = "the file is damaged or of another format") {
  raise(file + ": " + where + ": " + rule + ": expected " + expected + ", got " + got + "; " + remedy);
}

// {"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}
inline tensor read_tensor(json_reader& in, std::string name, const std::string& file, std::uint64_t data_bytes) {
  const std::string where = "tensor " + in_quotes(name);
  tensor t;
  t.name = std::move(name);
  std::set<std::string> seen;
  in.expect('{');
  for (bool more = !in.accept('}'); more; more = in.next('}')) {
    const std::string key = in.key();
    if (!seen.insert(key).second) fail(file, where, "keys", "each once", in_quotes(key) + " twice");
    if (key == "dtype") {
      t.type = in.string();
    } else if (key == "shape") {
      in.expect('[');
      for (bool item = !in.accept(']'); item; item = in.next(']')) t.dims.push_back(in.integer());
    } else if (key == "data_offsets") {
      in.expect('[');
      t.begin = in.integer();
      in.expect(',');
      t.end = in.integer();
      in.expect(']');
    } else {
      fail(file, where, "keys", "dtype, shape and data_offsets", in_quotes(key));
    }
  }
  for (const char* key : {"dtype", "shape", "data_offsets"})
    if (!seen.count(key)) fail(file, where, "keys", in_quotes(key), "none");

  const std::string range = '[' + std::to_string(t.begin) + ", " + std::to_string(t.end) + ')';
  if (t.begin > t.end) fail(file, where, "data_offsets", "begin <= end", range);
  if (t.end > data_bytes)
    fail(file, where, "data_offsets", "at most the " + std::to_string(data_bytes) + " bytes after the header", range,
         "the file is cut short or damaged");
  std::uint64_t bytes = type_bytes(t.type);
  if (bytes == 0) return t;  // of a newer or foreign type: only its place is checked
  for (const std::uint64_t d : t.dims) {
    if (d != 0 && bytes > (std::numeric_limits<std::uint64_t>::max)() / d)
      fail(file, where, "shape", "a size below 2^64 bytes", dims_text(t.dims));
    bytes *= d;
  }
  if (bytes != t.end - t.begin)
    fail(file, where, "data_offsets", std::to_string(bytes) + " bytes for " + t.type + dims_text(t.dims), std::to_string(t.end - t.begin));
  return t;
}

}  // namespace detail

inline header read_header(input_file& in) {
  using detail::fail;
  const std::string& file = in.path();
  unsigned char prefix[8];
  if (in.size() < sizeof prefix)
    fail(file, "header length", "size", "at least 8 bytes", std::to_string(in.size()), "the file is cut short");
  in.read(0, prefix, sizeof prefix);
  std::uint64_t length = 0;
  for (int i = 8; i-- > 0;) length = length << 8 | prefix[i];
  if (length > longest_header)
    fail(file, "header length", "cap", "at most " + std::to_string(longest_header), std::to_string(length), "is this a safetensors file?");
  if (length > in.size() - sizeof prefix)
    fail(file, "header length", "range", "at most the " + std::to_string(in.size() - sizeof prefix) + " bytes that follow",
         std::to_string(length), "the file is cut short or damaged");

  std::string json(static_cast<std::size_t>(length), '\0');
  in.read(sizeof prefix, json.data(), json.size());
  header h;
  h.data_start = sizeof prefix + length;
  const std::uint64_t data_bytes = in.size() - h.data_start;

  if (json.empty() || json[0] != '{')
    fail(file, "header", "start", "'{'", json.empty() ? "nothing" : in_quotes(json.substr(0, 1)), "is this a safetensors file?");
  json_reader reader(json, file + ": header");
  std::set<std::string> names;
  reader.expect('{');
  for (bool more = !reader.accept('}'); more; more = reader.next('}')) {
    std::string name = reader.key();
    if (!names.insert(name).second) fail(file, "header", "keys", "each tensor once", in_quotes(name) + " twice");
    if (name != "__metadata__") {
      h.tensors.push_back(detail::read_tensor(reader, std::move(name), file, data_bytes));
      continue;
    }
    reader.expect('{');
    for (bool item = !reader.accept('}'); item; item = reader.next('}')) {
      std::string key = reader.key();
      std::string value = reader.string();
      if (!h.about.emplace(key, std::move(value)).second) fail(file, "__metadata__", "keys", "each once", in_quotes(key) + " twice");
    }
  }
  reader.finish();

  std::sort(h.tensors.begin(), h.tensors.end(), [](const tensor& a, const tensor& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end != b.end ? a.end < b.end : a.name < b.name;
  });
  std::uint64_t end = 0;
  for (const tensor& t : h.tensors) {
    if (t.begin != end)
      fail(file, "tensor " + in_quotes(t.name), t.begin < end ? "overlap" : "hole", "the first byte at " + std::to_string(end),
           std::to_string(t.begin));
    end = t.end;
  }
  if (end != data_bytes)
    fail(file, "data", "coverage", std::to_string(end) + " bytes (the tensors')", std::to_string(data_bytes),
         "the file was appended to or damaged");

  if (const auto format = h.about.find("format"); format != h.about.end() && format->second == "igata") {
    const auto version = h.about.find("format_version");
    if (version == h.about.end() || version->second != format_version)
      fail(file, "__metadata__", "format_version", in_quotes(format_version), version == h.about.end() ? "none" : in_quotes(version->second),
           "was it written by a newer igata? update the library");
  }
  return h;
}

inline header read_header(const std::string& path) {
  input_file in(path);
  return read_header(in);
}

}  // namespace igata::inline IGATA_ABI::io::safetensors
