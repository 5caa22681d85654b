// Variables to and from a safetensors file.
//
// load() changes nothing unless everything fits: paths, types, shapes; its report says what became of each. In a file '/' is '.', as users of
// PyTorch expect.
//
//   io::safetensors::save("digits.safetensors", t.variables());
//   io::safetensors::load("digits.safetensors", t.variables());
//   io::safetensors::load("encoder.safetensors", t.variables(), {.only = "backbone/*", .from = "encoder", .into = "backbone"});
//   io::safetensors::save("resume.safetensors", t.variables(), {.roles = io::role_set::all()});
//   io::safetensors::save("small.safetensors", t.variables(), {.type = f16});  // load it with {.convert = true}
#pragma once
#include <bit>  // endian

#include "safetensors_load.hpp"
#include "safetensors_save.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

static_assert(std::endian::native == std::endian::little, "safetensors: the file's bytes are used as they are, little-endian");

}  // namespace igata::inline IGATA_ABI::io::safetensors
