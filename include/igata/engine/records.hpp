// A bound program's records: for each step the arguments of its kernel, addresses and numbers. Made once when a program is bound; when n, another
// symbol or the caller's arrays change, only what depends on them is written again.
#pragma once
#include <cstring>  // memcpy
#include <new>      // placement new

#include "../core/scalar_code.hpp"
#include "../plan/plan.hpp"
#include "execution_context.hpp"
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
    if constexpr (Used.has(step_kind::name)) {                                                          \
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
      behind = bind_loop(s.program, c, loop, ints + words_of<Fields<planned>>, memory_.data() + s.record + sizeof(Fields<bound>));
    Fields<planned>::each(from, *to, field_writer{*this, c, behind});
    return int_count == words_of<Fields<planned>> + loop_words(loop) && bytes == static_cast<int>(sizeof(Fields<bound>)) + loop_bytes(loop);
  }
  [[gnu::cold]] epilogue* bind_loop(int program, const execution_context& c, const planned_loop& loop, const int* operands, std::byte* record) {
    epilogue* const to = ::new (static_cast<void*>(record)) epilogue{};
    std::ptrdiff_t* stride = reinterpret_cast<std::ptrdiff_t*>(record + sizeof(epilogue));
    to->fn = c.programs[program];
    if (c.interpreted) to->args.program = c.interpreted[program];
    to->inputs = loop.inputs;
    to->outputs = loop.outputs;
    to->strides = stride;
    write(loop.rows, to->args.rows);
    write(loop.cols, to->args.cols);
    to->args.index_row = static_cast<std::uint32_t>(loop.index_row);
    for (int i = 0; i < loop.operands(); ++i) {
      const int* const at = operand_at(operands, loop, i);
      const planned_operand x = read_fields<planned_operand>(at);
      const int k = i + loop.given < loop.inputs ? i + loop.given : i + loop.given - loop.inputs;
      if (i + loop.given < loop.inputs) {
        write(c, x.at, &to->args.in[k]);
        to->args.in_row[k] = x.row;
        to->args.in_col[k] = x.column;
        to->args.sizes.set_input(k, x.at.size);
      } else {
        write(c, x.at, &to->args.out[k]);
        to->args.out_row[k] = x.row;
      }
      for (int axis = 0; axis < loop.outer; ++axis) *stride++ = at[operand_words + axis];
    }
    return to;
  }

  // One field, by its planned form. `behind`: the loop of the same step. Calls, not inlined: a kernel has twenty fields.
  struct field_writer {
    record_list& records;
    const execution_context& c;
    epilogue* behind;

    template <class T>
    void operator()(const place& from, T*& to) const { records.write(c, from, &to); }
    void operator()(const planned_extent& from, std::ptrdiff_t& to) const { records.write(from, to); }
    void operator()(const planned_loop&, const epilogue*& to) const { to = behind; }
    template <class T, class U>
      requires std::is_arithmetic_v<T>
    void operator()(const T& from, U& to) const { to = static_cast<U>(from); }
    template <class T, class U, std::size_t N>
    void operator()(const T (&from)[N], U (&to)[N]) const {
      for (std::size_t i = 0; i < N; ++i) (*this)(from[i], to[i]);
    }
    template <class T>
      requires std::is_enum_v<T>
    void operator()(const T& from, T& to) const { to = from; }
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
