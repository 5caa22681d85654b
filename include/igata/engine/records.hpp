// A bound program's records: for each step the arguments of its kernel, addresses and numbers. Made once when a program is bound; when n or the
// caller's arrays change, only what depends on them is written again.
#pragma once
#include <cstring>  // memcpy

#include "../core/scalar_code.hpp"
#include "../passes/plan.hpp"
#include "context.hpp"
#include "store.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

// A plan as records are made of it.
struct record_plan {
  const plan_step* steps;
  const int* ints;
  int step_count, int_count, bytes, input_count, output_count;
};

class record_list {
 public:
  explicit record_list(const record_plan& p) : plan_(p), memory_(static_cast<std::size_t>(p.bytes)), seen_(p.input_count + p.output_count) {}

  const std::byte* data() const { return memory_.data(); }

  // For a context whose pointers are set, all but inputs and outputs. Returns whether each record is as long as its step's arguments; tests ask.
  [[gnu::cold]] bool bind(const context& c) {
    changing_.clear();
    n_ = 0;  // inputs, outputs and n are written by the next call of follow
    bool fits = true;
    for (int i = 0; i < plan_.step_count; ++i) {
      const int end = i + 1 < plan_.step_count ? plan_.steps[i + 1].first : plan_.int_count;
      std::byte *const record = memory_.data() + plan_.steps[i].record, *to = record;
      for (int k = plan_.steps[i].first; k < end; k += length_of_field(plan_.ints + k)) to = write(k, c, record, to);
      fits &= aligned(to, sizeof(void*)) == memory_.data() + (i + 1 < plan_.step_count ? plan_.steps[i + 1].record : plan_.bytes);
    }
    return fits;
  }
  void follow(const context& c) noexcept {
    bool same = c.n == n_;
    for (int i = 0; i < plan_.input_count; ++i) same &= c.inputs[i] == seen_[i];
    for (int i = 0; i < plan_.output_count; ++i) same &= c.outputs[i] == seen_[plan_.input_count + i];
    if (!same) change(c);
  }

 private:
  // Fields lie in a record as in a struct: each at a multiple of its size.
  static std::byte* aligned(std::byte* at, std::size_t size) noexcept { return at + (size - reinterpret_cast<std::uintptr_t>(at) % size) % size; }
  template <class T>
  static std::byte* put(std::byte* at, T value) noexcept {
    at = aligned(at, sizeof(T));
    std::memcpy(at, &value, sizeof(T));
    return at + sizeof(T);
  }
  static const void* at(const void* base, int offset) noexcept { return static_cast<const std::uint32_t*>(base) + offset; }

  // The field at ints[k], the next of `record` at `to`; returns where the one behind it goes.
  std::byte* write(int k, const context& c, std::byte* record, std::byte* to) {
    const int* const p = plan_.ints + k;
    if (p[0] < static_cast<int>(field::word)) {
      const void* base = nullptr;
      switch (static_cast<space>(p[0])) {
        case space::arena: base = c.arena; break;
        case space::variable: base = c.variables[p[1]]; break;
        case space::bound: base = c.bound[p[1]]; break;
        case space::constant: base = c.constants; break;
        case space::rows: base = memory_.data(); break;
        case space::input:
        case space::output: {
          std::byte* const next = put(to, base);
          changing_.push({k, static_cast<int>(next - memory_.data())});
          return next;
        }
      }
      return put(to, at(base, p[2]));
    }
    switch (static_cast<field>(p[0])) {
      case field::word: return put(to, static_cast<std::ptrdiff_t>(p[1]));
      case field::words:
        for (int i = 0; i < p[1]; ++i) to = put(to, static_cast<std::ptrdiff_t>(p[2 + i]));
        return to;
      case field::rows_word:
        to = put(to, std::ptrdiff_t{0});
        changing_.push({k, static_cast<int>(to - memory_.data())});
        return to;
      case field::bits: return put(to, p[1]);
      case field::byte: return put(to, static_cast<unsigned char>(p[1]));
      case field::program: return put(to, c.programs[p[1]]);
      case field::inside: return put(to, record + p[1]);
      case field::skipped: return put(to, std::ptrdiff_t{0}) + (p[1] - 1) * static_cast<std::ptrdiff_t>(sizeof(std::ptrdiff_t));
      case field::whole: {
        to = put(aligned(to, alignof(share)), 0);
        to = put(to, 1);
        for (int i = 0; i < 4; ++i) to = put(to, std::ptrdiff_t{0});
        return to;
      }
    }
    return to;
  }
  void change(const context& c) noexcept {
    n_ = c.n;
    const float rows = static_cast<float>(c.n);
    std::memcpy(memory_.data(), &rows, sizeof rows);
    for (int i = 0; i < plan_.input_count; ++i) seen_[i] = c.inputs[i];
    for (int i = 0; i < plan_.output_count; ++i) seen_[plan_.input_count + i] = c.outputs[i];
    for (const change_at& changed : changing_) {
      const int* const p = plan_.ints + changed.from;
      std::byte* const to = memory_.data() + changed.end - sizeof(std::ptrdiff_t);
      if (p[0] == static_cast<int>(field::rows_word)) put(to, p[1] * c.n);
      else put(to, at(p[0] == static_cast<int>(space::input) ? c.inputs[p[1]] : c.outputs[p[1]], p[2]));
    }
  }

  struct change_at {
    int from, end;  // of the field in the integers; bytes in the records, behind it
  };
  record_plan plan_;
  aligned_memory memory_;
  vec<const void*> seen_;  // inputs, then outputs
  vec<change_at> changing_;
  std::ptrdiff_t n_ = 0;
};

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
