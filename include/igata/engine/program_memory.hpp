// The memory of a program, whatever its type: arena, records of its steps, packed weights or the addresses of a store's variables.
#pragma once
#include "gradient_calls.hpp"
#include "packed_weights.hpp"
#include "records.hpp"

namespace igata::inline IGATA_ABI::detail {

// What running needs of a compiled specification, without its type.
struct program_tables {
  const std::uint32_t* constants;
  std::size_t arena_bytes;
  variable_list variables;
  record_plan records;  // of no steps where all are straight-line code
};

// The memory of a program, and its addresses as a run wants them: moving a program moves neither.
class program_memory {
 public:
  [[gnu::noinline]] program_memory(const program_tables& tables, variable_store& store)
      : records_(tables.records), arena_(tables.arena_bytes), variables_(variable_pointers(tables.variables, store)) { connect(tables); }
  [[gnu::noinline]] program_memory(const program_tables& tables, packed_weights packed)
      : records_(tables.records), arena_(tables.arena_bytes), packed_(std::move(packed)) { connect(tables); }

  // Scratch of its own for each thread but the first.
  [[gnu::cold]] void use(executor threads, std::size_t scratch_bytes) {
    if (threads.parts < 1 || (threads.parts > 1 && !threads.run))
      raise(text() << "use: an executor of " << threads.parts << " parts" << (threads.run ? "" : " without run")
                   << "; parts must be 1 or more, and run a function");
    team_scratch_ = aligned_memory(scratch_bytes * static_cast<std::size_t>(threads.parts - 1));
    team_ = {threads, team_scratch_.data(), scratch_bytes};
  }

  // What runs; nothing is bound to it yet.
  void choose(const kernel_set* kernels, const pointwise_fn* programs, const kernel_set* wide = nullptr,
              const interpreted_program* const* interpreted = nullptr) {
    context_.kernels = kernels;
    context_.wide_kernels = wide;
    context_.programs = programs;
    context_.interpreted = interpreted;
  }
  template <kernel_subset Used>
  [[gnu::cold]] void bind() {
    records_.template bind<Used>(context_);
  }
  // These must be bound too.
  [[gnu::cold]] void use(packed_weights packed) {
    packed_ = std::move(packed);
    context_.bound = packed_.pointers();
  }
  [[gnu::cold]] void use(owner<gradient_calls> calls) {
    calls_ = std::move(calls);
    context_.host = &calls_->host;
  }
  bool has_calls() const noexcept { return static_cast<bool>(calls_); }
  template <bool HasRecords>
  const execution_context& at(const void* const* in, void* const* out, int n) noexcept {
    context_.inputs = in;
    context_.outputs = out;
    context_.rows = static_cast<float>(n);
    context_.n = n;
    return at<HasRecords>();
  }
  template <bool HasRecords>
  const execution_context& at(const void* const* in, void* const* out, const symbol_sizes& sizes) noexcept {
    context_.sizes = sizes;
    return at<HasRecords>(in, out, sizes[batch_symbol]);
  }

 private:
  template <bool HasRecords>
  const execution_context& at() noexcept {
    context_.others = team_.threads.parts > 1 ? &team_ : nullptr;  // here: a program may be moved
    if constexpr (HasRecords) records_.follow(context_);
    return context_;
  }
  void connect(const program_tables& tables) {
    context_.arena = reinterpret_cast<std::uint32_t*>(arena_.data());
    context_.variables = variables_.data();
    context_.bound = packed_.pointers();
    context_.constants = tables.constants;
    context_.records = records_.data();
  }

  execution_context context_{};
  record_list records_;
  aligned_memory arena_, team_scratch_;
  team team_;
  packed_weights packed_;
  owner<gradient_calls> calls_;
  vec<void*> variables_;
};

}  // namespace igata::inline IGATA_ABI::detail
