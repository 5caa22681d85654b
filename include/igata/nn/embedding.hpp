// embedding: row i of a trained table for each index i; [n, t] i32 becomes [n, t, units]. The table is [size, units].
//
//   value x = nn::embedding(tokens, {.size = 1000, .units = 64});      tokens in [0, 1000)
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

struct embedding_options {
  int size = 0;   // how many rows the table has
  int units = 0;  // how long they are
  initializer embeddings_initializer = init::uniform();
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value embedding(value x, embedding_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "embedding", o.name, at);
  if (o.size < 1) return refuse(x, text() << ".size = " << o.size << "; must be 1 or more", at);
  if (o.units < 1) return refuse(x, text() << ".units = " << o.units << "; must be 1 or more", at);
  return gather(parameter(x, "embeddings", {o.size, o.units}, o.embeddings_initializer, at), x);
}
constexpr value embedding_options::operator()(value x, source at) const { return embedding(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
