// A function of the host. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

inline void call(const call_args& args) noexcept {
  if (args.part.part > 0) return;  // once, whoever shares the step
  copy_floats(args.out, args.in, args.count);
  args.host->call(args.host->data, static_cast<int>(args.number), reinterpret_cast<float*>(args.out),
                  args.count);  // of other elements: the host knows
}

#endif
