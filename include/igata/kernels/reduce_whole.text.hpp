// Reductions of whole numbers by the driver of reductions of floats, whose arrays hold their bits: sums wrap, a minimum is the maximum of ~x.
// Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

inline void locate_whole(const reduction_state& s, const real* values, index begin, index rows, std::int32_t* where) {
  const word_in_memory* const in = reinterpret_cast<const word_in_memory*>(values);
  word_in_memory* const best = reinterpret_cast<word_in_memory*>(s.partial);
  const natural flip = is_low(s.kind) ? ~natural{0} : 0;
  for (index row = 0; row < rows; ++row)
    for (index c = 0; c < s.i; ++c) {
      const natural x = in[row * s.i + c] ^ flip;
      if (begin + row > 0 && static_cast<integer>(x) <= static_cast<integer>(best[c])) continue;
      best[c] = x;
      where[c] = static_cast<std::int32_t>(begin + row);
    }
}

#else

// How two numbers become one, and what changes none.
template <reduction Kind>
IGATA_INLINE ivec joined(ivec a, ivec b) {
  if constexpr (Kind == reduction::sum) return wrapping_sum(a, b);
  else if constexpr (Kind == reduction::prod) return as<ivec>(as<uvec>(a) * as<uvec>(b));
  else return select(a > b, a, b);
}
template <reduction Kind>
inline constexpr integer none_joined = Kind == reduction::sum ? 0 : Kind == reduction::prod ? 1 : sign_bit;
template <reduction Kind>
inline void join_rows(const fold_job& job) noexcept {
  const ivec flip = ivec{} + (job.negated ? -1 : 0);
  for (index c = 0; c < job.cols; c += lanes) {
    const part t = first(job.cols - c);
    ivec v = job.continues ? bits(load(job.out + c, t)) ^ flip : ivec{} + none_joined<Kind>;
    for (index y = 0; y < job.inner; ++y) v = joined<Kind>(v, bits(load(job.in + y * job.inner_step + c, t)) ^ flip);
    store(job.out + c, from_bits(v ^ flip), t);
  }
}
template <reduction Kind>
inline void join_across(const across_job& job) noexcept {
  const integer flip = job.negated ? -1 : 0;
  for (index p = 0; p < job.count; ++p) {
    const real* const in = job.in + p * job.in_step;
    ivec v = ivec{} + none_joined<Kind>;
    index k = 0;
    for (; k + lanes <= job.n; k += lanes) v = joined<Kind>(v, bits(load(in + k)) ^ flip);
    integer numbers[lanes];
    store(numbers, from_bits(v));
    integer all = numbers[0];
    const auto join = [&](integer x) __attribute__((always_inline)) {
      if (Kind == reduction::sum) all = static_cast<integer>(static_cast<natural>(all) + static_cast<natural>(x));
      else if (Kind == reduction::prod) all = static_cast<integer>(static_cast<natural>(all) * static_cast<natural>(x));
      else if (x > all) all = x;
    };
    for (int i = 1; i < lanes; ++i) join(numbers[i]);
    for (; k < job.n; ++k) join(reinterpret_cast<const int_in_memory*>(in)[k] ^ flip);
    reinterpret_cast<int_in_memory*>(job.out)[p] = all ^ flip;
  }
}

template <reduction Kind>
inline constexpr drivers::fold_pair whole_fold{join_rows<Kind>, join_across<Kind>};
inline constexpr fold_kernels own_whole{
    whole_fold<reduction::sum>, whole_fold<reduction::max>, drivers::locate_whole, true, whole_fold<reduction::prod>};
inline void reduce_whole(const reduce_args& args) noexcept { drivers::reduce(args, own_whole); }

#endif
