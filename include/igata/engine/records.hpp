// A bound program's records: for each step the arguments of its kernel, addresses and numbers. Made once when a program is bound; when n, another
// symbol or the caller's arrays change, only what depends on them is written again.
#pragma once
#include <cstring>  // memcpy
#include <new>      // placement new

#include "../core/scalar_code.hpp"
#include "../plan/plan.hpp"
#include "execution_context.hpp"
#include "field_writer.hpp"
#include "store.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

// A plan as records are made of it.
struct record_plan {
  const plan_step* steps;
  const int* ints;
  int step_count, int_count, bytes, input_count, output_count;
  int symbol_count = 0;  // beside n
};

class record_list {
 public:
  explicit record_list(const record_plan& p) : plan_(p), memory_(static_cast<std::size_t>(p.bytes)), seen_(p.input_count + p.output_count) {}

  const std::byte* data() const { return memory_.data(); }

  // For an execution_context whose pointers are set, all but inputs and outputs. Returns whether the integers and the record of each step have the
  // length that its fields have; tests ask.
  template <kernel_subset Used>
  [[gnu::cold]] bool bind(const execution_context& c) {
    changing_.clear();
    n_ = 0;  // inputs, outputs and n are written by the next call of follow
    bool fits = true;
    for (int i = 0; i < plan_.step_count; ++i) {
      const plan_step& s = plan_.steps[i];
      const bool last = i + 1 == plan_.step_count;
      const int ints = (last ? plan_.int_count : (plan_.steps + i)[1].first) - s.first,
                bytes = (last ? plan_.bytes : (plan_.steps + i)[1].record) - s.record;
      switch (s.kind) {
#define IGATA_KERNEL(name, fields)                                                                      \
  case step_kind::name:                                                                                 \
    if constexpr (Used.has_either(step_kind::name)) {                                                        \
      static_assert(walks_all<fields>, #fields "::each leaves out a field, or tells one twice");        \
      fits &= bind_step<fields>(c, s, ints, bytes);                                                     \
    }                                                                                                   \
    break;
#include "../target/kernels.inc"
#undef IGATA_KERNEL
        case step_kind::count_: break;
      }
    }
    return fits;
  }
  void follow(const execution_context& c) noexcept {
    bool same = c.n == n_;
    for (int i = 0; i < plan_.symbol_count; ++i) same &= c.sizes.of[2 + i] == sizes_.of[2 + i];
    for (int i = 0; i < plan_.input_count; ++i) same &= c.inputs[i] == seen_[i];
    for (int i = 0; i < plan_.output_count; ++i) same &= c.outputs[i] == seen_[plan_.input_count + i];
    if (!same) change(c);
  }

 private:
  static const void* moved(const void* base, const place& at) noexcept {
    return static_cast<const std::byte*>(base) + std::ptrdiff_t{at.offset} * at.size;
  }
  int offset_of(const void* at) const noexcept { return static_cast<int>(static_cast<const std::byte*>(at) - memory_.data()); }

  template <template <class> class Fields>
  [[gnu::cold]] bool bind_step(const execution_context& c, const plan_step& s, int int_count, int bytes) {
    const int* const ints = plan_.ints + s.first;
    const Fields<planned> from = read_fields<Fields<planned>>(ints);
    Fields<bound>* const to = ::new (static_cast<void*>(memory_.data() + s.record)) Fields<bound>{};
    const planned_loop loop = loop_in(from);
    epilogue* behind = nullptr;
    if (loop.is_there())
      behind = bind_loop(s, c, loop, ints + words_of<Fields<planned>>, memory_.data() + s.record + sizeof(Fields<bound>));
    Fields<planned>::each(from, *to, field_writer<record_memory>{{*this, c}, behind});
    return int_count == words_of<Fields<planned>> + loop_words(loop) && bytes == static_cast<int>(sizeof(Fields<bound>)) + loop_bytes(loop);
  }
  [[gnu::cold]] epilogue* bind_loop(const plan_step& s, const execution_context& c, const planned_loop& loop, const int* operands,
                                    std::byte* record) {
    epilogue* const to = ::new (static_cast<void*>(record)) epilogue{};
    write_loop(record_memory{*this, c}, c.programs[s.program], loop, operands, to, reinterpret_cast<std::ptrdiff_t*>(record + sizeof(epilogue)),
               s.wide ? 8 : 4);
    if (c.interpreted) to->args.program = c.interpreted[s.program];
    return to;
  }
  // Where fields are written.
  struct record_memory {
    record_list& records;
    const execution_context& c;
    void write(const place& from, void* to) const { records.write(c, from, to); }
    void write(const planned_extent& from, std::ptrdiff_t& to) const { records.write(from, to); }
  };
  [[gnu::cold, gnu::noinline]] void write(const execution_context& c, const place& from, void* to) {  // `to` is a pointer
    const void* base = nullptr;
    switch (from.where) {
      case space::none: break;
      case space::arena: base = c.arena; break;
      case space::variable: base = c.variables[from.index]; break;
      case space::bound: base = c.bound[from.index]; break;
      case space::constant: base = c.constants; break;
      case space::rows: base = memory_.data(); break;
      case space::host: base = c.host; break;
      case space::input:
      case space::output: changing_.push({offset_of(to), from}); return;
    }
    if (base) base = moved(base, from);
    std::memcpy(to, &base, sizeof base);
  }
  [[gnu::cold, gnu::noinline]] void write(const planned_extent& from, std::ptrdiff_t& to) {
    if (from.times) changing_.push({offset_of(&to), {space::rows, from.times, from.count}});
    else to = from.count;
  }

  void change(const execution_context& c) noexcept {
    n_ = c.n;
    const float rows = static_cast<float>(c.n);
    std::memcpy(memory_.data(), &rows, sizeof rows);
    sizes_ = c.sizes;
    for (int i = 0; i < plan_.symbol_count; ++i) {
      const float size = static_cast<float>(c.sizes.of[2 + i]);
      std::memcpy(memory_.data() + static_cast<std::size_t>(1 + i) * sizeof size, &size, sizeof size);
    }
    for (int i = 0; i < plan_.input_count; ++i) seen_[i] = c.inputs[i];
    for (int i = 0; i < plan_.output_count; ++i) seen_[plan_.input_count + i] = c.outputs[i];
    for (const change_at& changed : changing_) {
      std::byte* const to = memory_.data() + changed.at;
      if (changed.from.where == space::rows) {
        const std::ptrdiff_t number = changed.from.offset * (changed.from.index > 1 ? std::ptrdiff_t{c.sizes.of[changed.from.index]} : c.n);
        std::memcpy(to, &number, sizeof number);
      } else {
        const void* const address =
            moved(changed.from.where == space::input ? c.inputs[changed.from.index] : c.outputs[changed.from.index], changed.from);
        std::memcpy(to, &address, sizeof address);
      }
    }
  }

  struct change_at {
    int at;      // bytes in the records
    place from;  // an address; of rows: a multiple of the symbol `index`
  };
  record_plan plan_;
  aligned_memory memory_;
  vec<const void*> seen_;  // inputs, then outputs
  vec<change_at> changing_;
  std::ptrdiff_t n_ = 0;
  symbol_sizes sizes_;
};

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
