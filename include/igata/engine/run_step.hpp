// One step of a plan: reads its integers, finds the memory, calls the kernel. The only place where plans and kernels meet.
#pragma once
#include <bit>  // bit_cast

#include "../core/scalar_code.hpp"
#include "../kernels/dispatch.hpp"
#include "../passes/plan.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI {

// The threads of a program, and scratch memory of its own for each but the first.
struct team {
  executor threads;
  std::byte* scratch = nullptr;
  std::size_t scratch_bytes = 0;  // of each
};

// Everything that a run needs; filled once per call.
struct context {
  std::uint32_t* arena;
  const void* const* inputs;
  void* const* outputs;
  void* const* variables;
  const void* const* bound;
  const std::uint32_t* constants;
  float rows;                      // n as a number
  std::ptrdiff_t n;
  const kernel_set* kernels;
  const pointwise_fn* programs;
  const team* others = nullptr;    // who shares the work
  share part = {};                 // of the step at hand
  float* scratch = nullptr;        // of a share other than the first
};

namespace detail {

class step_reader {
 public:
  explicit step_reader(const context& c)
      : c_(c), arena_(c.arena), constants_(c.constants), rows_(&c.rows), spaces_{&arena_, c.inputs, c.outputs, c.variables, c.bound, &constants_, &rows_} {}
  void begin(const int* ints) { p_ = ints; }
  std::ptrdiff_t number() { return *p_++; }
  std::ptrdiff_t extent() {
    const std::ptrdiff_t k = *p_++;
    return *p_++ ? k * c_.n : k;
  }
  // Address of a place. Constness is the plan's business: only outputs of a step are written.
  template <class T = float>
  T* memory() {
    return static_cast<T*>(address());
  }
  // Scratch memory of this share alone. The step's is the first share's, behind `size` floats that all of them see.
  float* scratch(std::ptrdiff_t size = 0) {
    float* const first = memory() + size;
    return c_.part.part == 0 ? first : c_.scratch;
  }
  float* shared(std::ptrdiff_t size) const {
    step_reader here = *this;
    return size > 0 ? here.memory() : nullptr;
  }
  window_geometry geometry() {
    window_geometry g;
    g.n = extent();
    for (std::ptrdiff_t* to : {&g.h, &g.w, &g.c, &g.oh, &g.ow, &g.kh, &g.kw, &g.stride_h, &g.stride_w, &g.dilation_h, &g.dilation_w, &g.pad_top, &g.pad_left,
                               &g.pad_bottom, &g.pad_right})
      *to = number();
    return g;
  }
  // The inputs behind `skip` and the outputs of a block program. Returns the number of outputs.
  int block(epilogue& e, int skip) {
    const int inputs = static_cast<int>(number());
    for (int i = skip; i < inputs + skip; ++i) {
      e.args.in[i] = memory<const void>();
      e.args.in_row[i] = number();
      e.args.in_col[i] = number();
    }
    const int outputs = static_cast<int>(number());
    for (int i = 0; i < outputs; ++i) {
      e.args.out[i] = memory<void>();
      e.args.out_row[i] = number();
    }
    if (skip) e.args.in[0] = nullptr, e.args.in_row[0] = e.args.in_col[0] = 0;  // the kernel's block
    e.args.index = e.args.index_row = 0;
    e.inputs = inputs + skip;
    e.outputs = outputs;
    return outputs;
  }

 private:
  [[gnu::always_inline]] void* address() {
    const int where = p_[0], index = p_[1], offset = p_[2];
    p_ += 3;
    return const_cast<std::uint32_t*>(static_cast<const std::uint32_t*>(spaces_[where][index]) + offset);
  }

  const int* p_ = nullptr;
  const context& c_;
  const void *arena_, *constants_, *rows_;
  const void* const* spaces_[7];  // by space: where the addresses of its memory stand
};

// What large programs consist of is cold, compiled for size: reading its integers takes no time beside its kernels.
inline void run_pointwise(step_reader& r, const context& c, int program, drivers::stream_kernel stream) noexcept {
  const int rank = static_cast<int>(r.number());
  std::ptrdiff_t extent[max_rank], total = 1;
  for (int i = 0; i < rank; ++i) total *= extent[i] = r.extent();
  pointwise_args a;
  std::ptrdiff_t stride[max_pointwise_inputs][max_rank], out_stride[max_pointwise_outputs][max_rank];
  const int inputs = static_cast<int>(r.number());
  const auto last = [rank](const std::ptrdiff_t* s, int back) { return rank >= back ? s[rank - back] : 0; };
  for (int i = 0; i < inputs; ++i) {
    a.in[i] = r.memory<const void>();
    for (int k = 0; k < rank; ++k) stride[i][k] = r.number();
    a.in_row[i] = last(stride[i], 2);
    a.in_col[i] = last(stride[i], 1);
  }
  const int outputs = static_cast<int>(r.number());
  for (int i = 0; i < outputs; ++i) {
    a.out[i] = r.memory<void>();
    for (int k = 0; k < rank; ++k) out_stride[i][k] = r.number();
    a.out_row[i] = last(out_stride[i], 2);
  }
  if (total == 0) return;
  // A share is a part of the outermost axis; of a single one, whole vectors.
  const range mine = c.part.of(rank > 0 ? extent[0] : 1, rank > 1 ? 1 : 64);
  if (mine.size() == 0) return;
  const std::ptrdiff_t below = rank > 0 ? total / extent[0] : 1;  // elements of one position of that axis
  if (rank > 0) extent[0] = mine.size();
  for (int i = 0; i < inputs && rank > 0; ++i) a.in[i] = static_cast<const std::uint32_t*>(a.in[i]) + mine.begin * stride[i][0];
  for (int i = 0; i < outputs && rank > 0; ++i) a.out[i] = static_cast<std::uint32_t*>(a.out[i]) + mine.begin * out_stride[i][0];
  a.rows = rank >= 2 ? extent[rank - 2] : 1;
  a.cols = rank >= 1 ? extent[rank - 1] : 1;
  a.index = static_cast<std::uint32_t>(mine.begin * below);
  a.index_row = static_cast<std::uint32_t>(a.cols);
  if (rank <= 2) return drivers::run_rows(c.programs[program], a, inputs, outputs, stream);
  // Outer axes: an odometer over blocks.
  std::ptrdiff_t at[max_rank]{};
  const void* in[max_pointwise_inputs];
  void* out[max_pointwise_outputs];
  for (int i = 0; i < inputs; ++i) in[i] = a.in[i];
  for (int i = 0; i < outputs; ++i) out[i] = a.out[i];
  for (;;) {
    drivers::run_rows(c.programs[program], a, inputs, outputs, stream);
    a.index += static_cast<std::uint32_t>(a.rows * a.cols);
    int axis = rank - 3;
    while (axis >= 0 && ++at[axis] == extent[axis]) at[axis--] = 0;
    if (axis < 0) return;
    for (int i = 0; i < inputs; ++i) {
      std::ptrdiff_t offset = 0;
      for (int k = 0; k < rank - 2; ++k) offset += at[k] * stride[i][k];
      a.in[i] = static_cast<const std::uint32_t*>(in[i]) + offset;
    }
    for (int i = 0; i < outputs; ++i) {
      std::ptrdiff_t offset = 0;
      for (int k = 0; k < rank - 2; ++k) offset += at[k] * out_stride[i][k];
      a.out[i] = static_cast<std::uint32_t*>(out[i]) + offset;
    }
  }
}

inline void run_reduce(step_reader& r, const context& c, int program, void (*kernel)(const reduce_args&) noexcept) noexcept {
  reduce_args a{};
  epilogue pre;
  a.o = r.extent();
  a.r = r.extent();
  a.i = r.number();
  a.count = static_cast<int>(r.number());
  for (int i = 0; i < a.count; ++i) {
    a.kind[i] = static_cast<reduction>(r.number());
    a.out[i] = r.memory<void>();
  }
  a.pre_outputs = static_cast<int>(r.number());
  r.block(pre, 0);
  a.in = r.memory<const float>();
  const std::ptrdiff_t partial = r.number();
  a.partial = r.shared(partial);
  a.scratch = r.scratch(partial);
  a.part = c.part;
  if (program >= 0) {
    pre.fn = c.programs[program];
    a.pre = &pre;
  }
  kernel(a);
}

// Bias, result and epilogue as put_results wrote them.
template <class Args>
void read_results(step_reader& r, const context& c, int program, Args& a, float*& result, std::ptrdiff_t& row, epilogue& post) noexcept {
  const bool has_bias = r.number();
  const float* bias = r.memory<const float>();
  a.bias = has_bias ? bias : nullptr;
  result = r.memory();
  row = r.number();
  r.block(post, 1);
  if (program >= 0) {
    post.fn = c.programs[program];
    a.post = &post;
  }
}

inline void run_gemm(step_reader& r, const context& c, int program) noexcept {
  gemm_args a{};
  epilogue post;
  a.m = r.extent();
  a.n = r.number();
  a.k = r.extent();
  a.a = r.memory<const float>();
  a.a_row = r.number();
  a.a_k = r.number();
  a.b = r.memory<const float>();
  a.b_k = r.number();
  a.b_n = r.number();
  a.b_packed = static_cast<b_mode>(r.number()) == b_mode::panels;
  read_results(r, c, program, a, a.c, a.c_row, post);
  const std::ptrdiff_t batches = r.extent(), step_a = r.number(), step_b = r.number(), step_c = r.number();
  a.scratch = r.scratch();
  a.part = c.part;
  range mine{0, batches};  // of many products each share takes some whole
  if (batches >= a.part.parts) {
    mine = a.part.of(batches);
    a.part = {};
  }
  a.a += mine.begin * step_a, a.b += mine.begin * step_b, a.c += mine.begin * step_c;
  for (std::ptrdiff_t i = mine.begin; i < mine.end; ++i, a.a += step_a, a.b += step_b, a.c += step_c) c.kernels->gemm(a);
}

[[gnu::cold]] inline void run_conv2d(step_reader& r, const context& c, int program) noexcept {
  conv2d_args a{};
  epilogue post;
  std::ptrdiff_t row = 0;
  a.g = r.geometry();
  a.o = r.number();
  a.groups = r.number();
  a.x = r.memory<const float>();
  a.w = r.memory<const float>();
  a.w_packed = r.number();
  read_results(r, c, program, a, a.y, row, post);
  a.scratch = r.scratch();
  a.part = c.part;
  c.kernels->conv2d(a);
}

// As put_finished_results wrote it, and scratch.
inline void read_finished(step_reader& r, const context& c, int program, inference_conv2d_args& a, epilogue& post) noexcept {
  const bool has_bias = r.number();
  const float* bias = r.memory<const float>();
  a.bias = has_bias ? bias : nullptr;
  a.y = r.memory();
  a.y_row = r.number();
  const bool has_addend = r.number();
  const float* addend = r.memory<const float>();
  a.last.add = has_addend ? addend : nullptr;
  a.last.add_row = r.number();
  a.last.clamped = r.number();
  a.last.low = std::bit_cast<float>(static_cast<std::int32_t>(r.number()));
  a.last.high = std::bit_cast<float>(static_cast<std::int32_t>(r.number()));
  r.block(post, 1);
  if (program >= 0) {
    post.fn = c.programs[program];
    a.post = &post;
  }
  a.scratch = r.scratch();
  a.part = c.part;
}
[[gnu::cold]] inline void run_inference_conv2d(step_reader& r, const context& c, int program, void (*kernel)(const inference_conv2d_args&) noexcept) noexcept {
  inference_conv2d_args a{};
  epilogue post;
  a.g = r.geometry();
  a.o = r.number();
  a.x = r.memory<const float>();
  a.w = r.memory<const float>();
  read_finished(r, c, program, a, post);
  kernel(a);
}

[[gnu::cold]] inline void run_filters(step_reader& r, const context& c, void (*kernel)(const winograd_filters_args&) noexcept) noexcept {
  winograd_filters_args a{};
  a.c = r.number();
  a.o = r.number();
  a.turned = r.number();
  a.w = r.memory<const float>();
  a.out = r.memory();
  a.part = c.part;
  kernel(a);
}

[[gnu::cold]] inline void run_filter_grad(step_reader& r, const context& c, void (*kernel)(const conv2d_filter_grad_args&) noexcept) noexcept {
  conv2d_filter_grad_args a{};
  a.g = r.geometry();
  a.o = r.number();
  a.groups = r.number();
  a.x = r.memory<const float>();
  a.dy = r.memory<const float>();
  a.dw = r.memory();
  const std::ptrdiff_t partial = r.number();
  a.partial = r.shared(partial);
  a.scratch = r.scratch(partial);
  a.part = c.part;
  kernel(a);
}
[[gnu::cold]] inline void run_input_grad(step_reader& r, const context& c, void (*kernel)(const conv2d_input_grad_args&) noexcept) noexcept {
  conv2d_input_grad_args a{};
  a.g = r.geometry();
  a.o = r.number();
  a.groups = r.number();
  a.w = r.memory<const float>();
  a.dy = r.memory<const float>();
  a.dx = r.memory();
  a.scratch = r.scratch();
  a.part = c.part;
  kernel(a);
}

[[gnu::cold]] inline void run_pool(step_reader& r, const context& c, void (*kernel)(const pool2d_args&) noexcept) noexcept {
  pool2d_args a{};
  a.g = r.geometry();
  a.exclude_padding = !r.number();
  a.scale = 1.0f / static_cast<float>(a.g.kh * a.g.kw);
  a.x = r.memory<const float>();
  a.y = r.memory();
  a.part = c.part;
  kernel(a);
}
[[gnu::cold]] inline void run_pool_grad(step_reader& r, const context& c, void (*kernel)(const pool2d_grad_args&) noexcept) noexcept {
  pool2d_grad_args a{};
  a.g = r.geometry();
  a.exclude_padding = !r.number();
  a.scale = 1.0f / static_cast<float>(a.g.kh * a.g.kw);
  a.x = r.memory<const float>();
  a.dy = r.memory<const float>();
  a.dx = r.memory();
  a.part = c.part;
  kernel(a);
}

inline void run_gather(step_reader& r, const context& c) noexcept {
  gather_args a{};
  a.count = r.extent();
  a.width = r.number();
  a.rows = r.number();
  a.table = r.memory<const float>();
  a.index = r.memory<const std::int32_t>();
  a.out = r.memory();
  a.part = c.part;
  c.kernels->gather(a);
}
inline void run_scatter_add(step_reader& r, const context& c) noexcept {
  scatter_add_args a{};
  a.count = r.extent();
  a.width = r.number();
  a.rows = r.number();
  a.values = r.memory<const float>();
  a.index = r.memory<const std::int32_t>();
  a.out = r.memory();
  a.part = c.part;
  c.kernels->scatter_add(a);
}

inline void run_copy(step_reader& r, const context& c) noexcept {
  copy_args a{};
  a.rank = static_cast<int>(r.number());
  for (int i = 0; i < a.rank; ++i) a.extent[i] = r.extent();
  a.in = r.memory<const void>();
  for (int i = 0; i < a.rank; ++i) a.in_stride[i] = r.number();
  a.out = r.memory<void>();
  for (int i = 0; i < a.rank; ++i) a.out_stride[i] = r.number();
  a.part = c.part;
  c.kernels->copy(a);
}
inline void run_fill(step_reader& r, const context& c) noexcept {
  fill_args a{};
  a.count = r.extent();
  a.out = r.memory<void>();
  a.bits = static_cast<std::uint32_t>(r.number());
  a.part = c.part;
  c.kernels->fill(a);
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
