// The tensors of a safetensors file where they lie: pack reads them from there, and nothing is copied in between.
//
//   const io::safetensors::mapped_weights weights("lenet.safetensors");
//   infer_t net{infer_t::pack(weights)};
//
// A store of every tensor by its variable's path, which programs do not write. Memory comes with the file's pages as they are read; the file must not
// be cut short meanwhile. Where the system has no mmap, and of what is no file on a disk, all of it is read at once.
#pragma once
#include <algorithm>    // any_of
#include <cstddef>      // size_t
#include <cstdint>      // uintptr_t
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "mapped_file.hpp"
#include "safetensors.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

class mapped_weights {
 public:
  explicit mapped_weights(const std::string& path) : mapped_weights(path, input_file(path)) {}

  const variable_store& weights() const { return store_; }
  operator const variable_store&() const { return store_; }
  const metadata& about() const { return about_; }

 private:
  mapped_weights(const std::string& path, input_file&& in) : header_(read_header(in)), file_(path, in), about_(std::move(header_.about)) {
    std::vector<std::string> automatic;
    if (const auto known = about_.find(std::string(automatic_names_key)); known != about_.end()) automatic = names_in(known->second);
    for (const tensor& t : header_.tensors) {
      const std::string name = variable_path(t.name);
      const auto refuse = [&](const std::string& why) { raise(in.path() + ": tensor " + in_quotes(t.name) + ": " + why); };
      const std::optional<dtype> type = detail::type_named(t.type);
      if (!type) refuse("expected a type of igata, got " + escaped(t.type) + "; convert the file");
      shape dims;
      for (const std::uint64_t extent : t.dims) {
        if (t.dims.size() > max_rank || extent > 2147483647)
          refuse("expected at most " + std::to_string(max_rank) + " extents below 2^31, got " + dims_text(t.dims) + "; it is no variable of a model");
        dims.push(static_cast<int>(extent));
      }
      const std::byte* const begin = file_.data() + header_.data_start + t.begin;
      const std::size_t bytes = static_cast<std::size_t>(t.end - t.begin);
      if (*type == boolean && std::any_of(begin, begin + bytes, [](std::byte x) { return x > std::byte{1}; }))  // of a file it may be any byte
        static_cast<void>(detail::converted(in.path() + ": tensor " + in_quotes(t.name), boolean, begin, boolean, bytes));  // says which
      if (store_.find(name)) refuse("expected one for each variable, got two for '" + escaped(name) + "'; rename one");
      variable_store::entry& e = store_.add_unwritten(name, role::weight, *type, dims, {}, true, place_of(t));
      std::uint64_t part = 1;
      for (std::size_t end = 0; part && (end = name.find('/', end)) != name.npos; ++end, part <<= 1)
        for (const std::string& layer : automatic)
          if (std::string_view(name).substr(0, end) == layer) e.automatic |= part;
    }
    header_.tensors.clear();
  }
  // Elements that do not begin where the processor wants them are copied.
  aligned_memory place_of(const tensor& t) {
    std::byte* const from = file_.data() + header_.data_start + t.begin;
    const std::size_t bytes = static_cast<std::size_t>(t.end - t.begin);
    if (reinterpret_cast<std::uintptr_t>(from) % type_bytes(t.type) == 0) return aligned_memory::borrowed(from, bytes);
    aligned_memory copy = aligned_memory::unwritten(bytes);
    std::memcpy(copy.data(), from, bytes);
    return copy;
  }

  header header_;
  mapped_file file_;
  metadata about_;
  variable_store store_;
};

}  // namespace igata::inline IGATA_ABI::io::safetensors
