// Every operator of ONNX that igata has.
#pragma once
#include "constant_rules.hpp"
#include "elementwise_rules.hpp"
#include "functional_rules.hpp"
#include "image_rules.hpp"
#include "index_rules.hpp"
#include "layer_rules.hpp"
#include "movement_rules.hpp"
#include "norm_rules.hpp"
#include "pool_rules.hpp"
#include "quantised_rules.hpp"
#include "recurrent_rules.hpp"
#include "reduce_rules.hpp"
#include "resize_rules.hpp"
#include "signal_rules.hpp"
#include "training_rules.hpp"
#include "whole_rules.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// f(rule) of every operator.
template <class F>
void each_rule(F f) {
  for (const import_rule& r : constant_rules) f(r);
  for (const import_rule& r : elementwise_rules) f(r);
  for (const import_rule& r : functional_rules) f(r);
  for (const import_rule& r : image_rules) f(r);
  for (const import_rule& r : index_rules) f(r);
  for (const import_rule& r : layer_rules) f(r);
  for (const import_rule& r : movement_rules) f(r);
  for (const import_rule& r : norm_rules) f(r);
  for (const import_rule& r : pool_rules) f(r);
  for (const import_rule& r : quantised_rules) f(r);
  for (const import_rule& r : recurrent_rules) f(r);
  for (const import_rule& r : reduce_rules) f(r);
  for (const import_rule& r : resize_rules) f(r);
  for (const import_rule& r : signal_rules) f(r);
  for (const import_rule& r : training_rules) f(r);
  for (const import_rule& r : whole_rules) f(r);
}
inline std::string operator_of(const node& n) { return n.domain.empty() ? n.op_type : n.domain + '.' + n.op_type; }
// Null of an operator that igata does not have yet.
inline const import_rule* rule_of(const node& n) {
  const import_rule* found = nullptr;
  const std::string name = operator_of(n);
  each_rule([&](const import_rule& r) {
    if (r.op_type == name) found = &r;
  });
  return found;
}
inline bool is_quantised(const node& n) {
  for (const import_rule& r : quantised_rules)
    if (r.op_type == operator_of(n)) return true;
  return false;
}

}  // namespace igata::inline IGATA_ABI::onnx::detail
