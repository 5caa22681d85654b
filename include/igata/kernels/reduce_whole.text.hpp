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

IGATA_INLINE vec joined(vec a, vec b, bool sum) { return sum ? lanes_of(ubits(a) + ubits(b)) : select(ibits(a) > ibits(b), a, b); }
IGATA_INLINE ivec none_joined(bool sum) { return ivec{} + (sum ? 0 : sign_bit); }
inline void join_rows(const fold_job& job, bool sum) noexcept {
  const ivec flip = ivec{} + (job.negated ? -1 : 0);
  for (index c = 0; c < job.cols; c += lanes) {
    const part t = first(job.cols - c);
    ivec v = job.continues ? bits(load(job.out + c, t)) ^ flip : none_joined(sum);
    for (index y = 0; y < job.inner; ++y) v = bits(joined(from_bits(v), from_bits(bits(load(job.in + y * job.inner_step + c, t)) ^ flip), sum));
    store(job.out + c, from_bits(v ^ flip), t);
  }
}
inline void join_across(const across_job& job, bool sum) noexcept {
  const integer flip = job.negated ? -1 : 0;
  for (index p = 0; p < job.count; ++p) {
    const real* const in = job.in + p * job.in_step;
    ivec v = none_joined(sum);
    index k = 0;
    for (; k + lanes <= job.n; k += lanes) v = bits(joined(from_bits(v), from_bits(bits(load(in + k)) ^ flip), sum));
    integer numbers[lanes];
    store(numbers, from_bits(v));
    integer all = numbers[0];
    const auto join = [&](integer x) __attribute__((always_inline)) {
      if (sum) all = static_cast<integer>(static_cast<natural>(all) + static_cast<natural>(x));
      else if (x > all) all = x;
    };
    for (int i = 1; i < lanes; ++i) join(numbers[i]);
    for (; k < job.n; ++k) join(reinterpret_cast<const int_in_memory*>(in)[k] ^ flip);
    reinterpret_cast<int_in_memory*>(job.out)[p] = all ^ flip;
  }
}
inline void whole_sum_rows(const fold_job& job) noexcept { join_rows(job, true); }
inline void whole_most_rows(const fold_job& job) noexcept { join_rows(job, false); }
inline void whole_sum_across(const across_job& job) noexcept { join_across(job, true); }
inline void whole_most_across(const across_job& job) noexcept { join_across(job, false); }

inline constexpr fold_kernels own_whole{{whole_sum_rows, whole_sum_across}, {whole_most_rows, whole_most_across}, drivers::locate_whole, true};
inline void reduce_whole(const reduce_args& args) noexcept { drivers::reduce(args, own_whole); }

#endif
