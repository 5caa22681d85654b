// What pack(weights) makes: the values that an inference program reads instead of its variables, in the forms that its kernels want.
#pragma once
#include "packing.hpp"
#include "runtime.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI {

// Values that programs read and never write; shared by any number of them, on any thread.
class packed_weights {
 public:
  packed_weights() = default;
  const void* const* pointers() const { return pointers_.data(); }
  std::size_t bytes() const { return memory_ ? memory_->size() : 0; }
  bool empty() const { return !memory_; }
  // Throws where they are not the values that a program reads.
  [[gnu::cold]] void expect(const plan::bound_value* values, int count) const {
    text line;
    line << "use: ";
    if (values_.size() != count)
      raise(line << "packed weights: expected " << count << (count == 1 ? " value" : " values") << ", got " << values_.size()
                 << "; pack them with this program's pack");
    for (int i = 0; i < count; ++i) {
      const plan::bound_value &want = values[i], &got = values_[i];
      if (got.type != want.type || !(got.dims == want.dims))
        raise(line << "packed weights: value " << i + 1 << ": expected " << name_of(want.type) << want.dims << ", got " << name_of(got.type)
                   << got.dims << "; pack them with this program's pack");
      if (got.form != want.form || got.transposed != want.transposed)
        raise(line << "packed weights: value " << i + 1 << ": expected " << name_of(want.type) << want.dims
                   << " in this program's form, got another; pack them with this program's pack");
    }
  }

  // The values of a graph of weights, on threads where they are given.
  [[gnu::cold]] static packed_weights make(const ir::graph& bind, const plan::bound_value* values, int count, const variable_store& store,
                                           const detail::bind_code& code, const executor& threads = {}) {
    [[maybe_unused]] const detail::exact_scope exact;
    const vec<ir::numbers_in_memory> weights = weights_of(bind, store);
    packed_weights p;
    vec<std::size_t> at;
    vec<void*> to;
    std::size_t total = 0;
    for (int i = 0; i < count; ++i) {
      at.push(total);
      total += plan::readable_lines(static_cast<std::size_t>(detail::packed_floats(values[i])));
    }
    aligned_memory memory = aligned_memory::unwritten(total * 4 + 4);
    for (int i = 0; i < count; ++i) {
      p.values_.push(values[i]);
      p.pointers_.push(to.push(memory.data() + at[i] * 4));
      const std::size_t size = static_cast<std::size_t>(detail::packed_floats(values[i])), end = i + 1 < count ? at[i + 1] : total + 1;
      const std::size_t from = at[i] + size - (size_of(values[i].type) < 4 && size > 0);  // they may end inside of a word
      std::memset(memory.data() + from * 4, 0, (end - from) * 4);
    }
    for (int i = 0; i < count; ++i)
      if (const int id = bind.outputs[i].id; detail::is_copied(bind.nodes.items, id, values[i]))
        detail::pack_copy(values[i], weights[ir::leaf_index(bind, bind.nodes[id])], to[i], threads);
    if (code.compute) code.compute({bind, values, count, weights, to.data(), threads}, code);
    p.memory_ = shared<aligned_memory>(std::move(memory));
    return p;
  }

 private:
  [[gnu::cold]] static vec<ir::numbers_in_memory> weights_of(const ir::graph& bind, const variable_store& store) {
    vec<text> paths(bind.variables.size());
    vec<ir::named_path> names;
    for (int i = 0; i < bind.variables.size(); ++i) {
      paths[i] = bind.path_of(bind.variables[i]);
      names.push({paths[i].view(), bind.automatic_parts(bind.variables[i])});
    }
    detail::expect_same_names("pack", names, store, "the weights");
    vec<ir::numbers_in_memory> weights;
    for (int i = 0; i < bind.variables.size(); ++i) {
      const ir::variable& v = bind.variables[i];
      const variable_store::entry& e = expect_variable(store, "pack", paths[i].view(), v.type, v.dims, true);
      weights.push({e.memory.data(), e.type});
    }
    return weights;
  }

  shared<aligned_memory> memory_;
  vec<const void*> pointers_;
  vec<plan::bound_value> values_;  // what each is
};

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
