// embedded<Model, Options…>: a model where nothing may be allocated. The program's memory is the caller's, and weights are constants that are packed
// when it is compiled and stay in read-only memory.
//
//   #include "weights.hpp"                                                   from tools/weights_header.py
//   using net_t = embedded<controller{}, in<"state", 4>>;
//   constexpr net_t::packed_weights weights = net_t::pack<controller_weights>();
//   net_t::memory ram;                                                       sizeof(net_t::memory) bytes, where you want them
//   net_t net{ram, weights};
//   net.run(state, action);
#pragma once
#include "constant_weights.hpp"
#include "inference.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
template <class Spec, class Model>
struct embedded_refusal {
  static constexpr text make() {
    text why;
    if (compiled<Spec>::facts.symbol_count > 0)
      why << program_name<Model>("embedded") << ": an extent is a dim, which only inference<...> has; use a number";
    else if (any_wide(compiled<Spec>::plan.steps.items, compiled<Spec>::plan.size.steps))
      why << program_name<Model>("embedded") << ": computes in f64, i64 or u64; embedded programs compute in f32 and i32: cast(x, f32), cast(x, i32)";
    return why;
  }
};
// Of a template of the call, so that they are looked at where it is one.
template <class Call>
struct no_memory {
  static constexpr text make() {
    return "embedded: wrong arguments; write net_t net{memory, weights}, of a net_t::memory or a std::span<std::byte>, and of what pack gives or a "
           "std::span<const std::byte>";
  }
};
template <class Call>
struct passing_weights {
  static constexpr text make() {
    return "embedded: the weights end before the program; name them: static constexpr auto weights = net_t::pack<...>();";
  }
};
}  // namespace detail

// Memory of another size or alignment, which only spans can have, is what run returns. One thread at a time; weights may be shared.
template <auto Model, auto... Options>
class embedded : public runnable<detail::inference_spec<Model, Options...>, detail::embedded_runner<detail::inference_spec<Model, Options...>>> {
  using spec = detail::inference_spec<Model, Options...>;
  using base = runnable<spec, detail::embedded_runner<spec>>;
  using typename base::runner;
  static_assert(sizeof(detail::text_verdict<detail::embedded_refusal<spec, std::remove_cvref_t<decltype(Model)>>>) > 0);

 public:
  static constexpr std::size_t alignment = runner::alignment;
  static constexpr std::size_t memory_bytes = runner::memory_bytes, packed_bytes = runner::packed_bytes;
  struct memory {
    alignas(alignment) std::byte bytes[memory_bytes > 0 ? memory_bytes : 1];
  };
  using packed_weights = detail::packed_words<detail::packed_layout<spec>::words>;

  embedded(memory& given, const packed_weights& packed) noexcept : base(runner(given.bytes, memory_bytes, packed.words, packed_bytes)) {}
  embedded(std::span<std::byte> given, const packed_weights& packed) noexcept
      : base(runner(given.data(), given.size(), packed.words, packed_bytes)) {}
  embedded(std::span<std::byte> given, std::span<const std::byte> packed) noexcept
      : base(runner(given.data(), given.size(), packed.data(), packed.size())) {}
  template <class Given>
  embedded(Given&, const packed_weights&&) : embedded(std::span<std::byte>(), std::span<const std::byte>()) {
    static_assert(sizeof(detail::text_verdict<detail::passing_weights<Given>>) > 0);
  }
  // What no other form fits.
  template <class Call = embedded>
  embedded(detail::anything, detail::anything = {}) : embedded(std::span<std::byte>(), std::span<const std::byte>()) {
    static_assert(sizeof(detail::text_verdict<detail::no_memory<Call>>) > 0);
  }

  // When the program is compiled: names and shapes of the weights are the model's, or it does not compile.
  template <const auto& Weights>
  static consteval packed_weights pack() {
    static_assert(sizeof(detail::text_verdict<detail::missing_weight<spec, Weights>>) > 0);
    if constexpr (detail::made_text<detail::missing_weight<spec, Weights>>::size == 0)
      return detail::pack_constants<spec, Weights>(std::make_index_sequence<static_cast<std::size_t>(detail::packed_layout<spec>::count)>{});
    else return {};
  }

  using base::use;
  // Other weights from the next run on.
  void use(const packed_weights& packed) noexcept { this->runner_.use(packed.words, packed_bytes); }
  void use(std::span<const std::byte> packed) noexcept { this->runner_.use(packed.data(), packed.size()); }
};

}  // namespace igata::inline IGATA_ABI
