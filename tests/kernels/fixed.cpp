// The kernels of small plans on every instruction set: products and loops of constant extents, for every number of rows, against loops.
#include <utility>

#include "../sanitized.hpp"
#include "testing.hpp"

using namespace testing_kernels;
using igata::plan::fixed_gemm;
using igata::plan::fixed_pointwise;

namespace {

constexpr igata::plan::pointwise_program long_program() {  // the tests' epilogue three times as long: on a block in memory
  igata::plan::pointwise_program p = epilogue_program();
  p.length = 5;
  p.code[3] = igata::plan::instruction{igata::plan::opcode::neg, 6, 0, 0}.pack();
  p.code[4] = igata::plan::instruction{igata::plan::opcode::neg, 7, 0, 0}.pack();
  p.result[0] = 8;
  return p;
}

enum class ending { none, in_registers, in_memory };
template <ending End>
constexpr igata::plan::pointwise_program program_of() {
  if constexpr (End == ending::none) return {};
  else if constexpr (End == ending::in_registers) return epilogue_program();
  else return long_program();
}

template <int M, int N, int K, bool Packed, bool Bias, bool Transposed, ending End>
constexpr fixed_gemm shape() {
  fixed_gemm s{};
  s.m = {1, M > 1};
  s.max_m = M, s.n = N, s.k = K;
  s.a_row = Transposed ? 1 : K, s.a_k = Transposed ? M : 1;
  s.b_k = N, s.b_packed = Packed;
  s.splits = igata::plan::gemm_splits(K, N, M);
  s.has_bias = Bias, s.c_row = N;
  if (End != ending::none) s.step.in[2] = s.step.out[0] = s.step.out[1] = N;
  return s;
}

// With the addresses that S and P want, of all that there may be: a, b, bias, c, inputs, outputs.
template <isa Which, fixed_gemm S, igata::plan::pointwise_program P, class... Address>
void call(ptrdiff_t n, const void* a, const void* b, const void* bias, const void* c, Address... address) {
  const auto with_bias = [&](auto... rest) {  // of one type: a kernel for each shape, not two
    if constexpr (S.has_bias) igata::plan::fixed_of<Which>::template gemm<S, P>(n, a, b, bias, static_cast<const void*>(rest)...);
    else igata::plan::fixed_of<Which>::template gemm<S, P>(n, a, b, static_cast<const void*>(rest)...);
  };
  if constexpr (P.outputs == 0) with_bias(c);
  else with_bias(address...);
}

template <isa Which, int M, int N, int K, bool Packed, bool Bias, bool Transposed, ending End>
void check() {
  if (!igata::detail::cpu_runs(Which)) return;
  SCOPED_TRACE(::testing::Message() << kernels_of(Which).name << ' ' << M << 'x' << N << 'x' << K << (Packed ? " packed" : "")
                                    << (Bias ? " bias" : "") << (Transposed ? " transposed" : "") << " ending " << static_cast<int>(End));
  const buffer a = whole(M * K, 1, 1), b = whole(K * N, 2), bias = whole(N, 3, 1);
  buffer panels(igata::plan::packed_size(K, N)), fractions = a, all(M * N);
  for (ptrdiff_t i = 0; i < M * K; ++i) fractions[i] /= 7;
  kernels_of(Which).pack(b.data(), N, 1, K, N, panels.data());
  for (ptrdiff_t rows = M; rows > 0; --rows) {
    buffer expected(rows * N), c(rows * N, -1, 1);
    for (ptrdiff_t i = 0; i < rows; ++i)
      for (ptrdiff_t j = 0; j < N; ++j) {
        double sum = Bias ? double(bias[j]) : 0;
        for (ptrdiff_t l = 0; l < K; ++l) sum += double(a[Transposed ? l * M + i : i * K + l]) * double(b[l * N + j]);
        expected[i * N + j] = static_cast<float>(sum);
      }
    epilogue_case tail(rows, N);
    const auto& post = tail.post.args;
    const float* const matrix = Packed ? panels.data() : b.data();
    constexpr fixed_gemm s = shape<M, N, K, Packed, Bias, Transposed, End>();
    call<Which, s, program_of<End>()>(rows, a.data(), matrix, bias.data(), c.data(), post.in[1], post.in[2], post.in[3], post.out[0], post.out[1]);
    if (End == ending::none) {
      EXPECT_TRUE(same(c, expected)) << rows << " rows";
    } else {
      tail.expect(expected);
    }
    buffer inexact(rows * N);
    call<Which, s, program_of<End>()>(rows, fractions.data(), matrix, bias.data(), inexact.data(), post.in[1], post.in[2], post.in[3], post.out[0],
                                      inexact.data());
    if (rows == M) std::memcpy(all.data(), inexact.data(), sizeof(float) * M * N);
    EXPECT_TRUE(same_bits(inexact, all, rows * N)) << "a row depends on the number of rows: " << rows;
    if (End != ending::none) continue;
    buffer told(rows * N);  // by the kernel that is told its extents
    igata::plan::gemm_args args{};
    args.a = fractions.data(), args.a_row = s.a_row, args.a_k = s.a_k;
    args.b = matrix, args.b_k = N, args.b_n = 1, args.b_packed = Packed;
    args.bias = Bias ? bias.data() : nullptr;
    args.c = told.data(), args.c_row = N;
    args.m = rows, args.n = N, args.k = K, args.splits = s.splits;
    (s.splits > 1 ? kernels_of(Which).split_gemm : kernels_of(Which).gemm)(args);
    EXPECT_TRUE(same_bits(told, inexact, rows * N)) << "the order of additions is another: " << rows;
  }
}

enum class endings { both, in_registers, in_memory };  // sizes take turns: each kernel is code of its own
template <int M, int N, int K, endings Some = endings::both>
void check_all() {
  constexpr endings taken = IGATA_TEST_SANITIZED && Some == endings::both ? (N % 3 ? endings::in_registers : endings::in_memory)
                                                                          : Some;  // sanitizers' code takes four times as long
  const auto on = []<isa I>(std::integral_constant<isa, I>) {
    if constexpr (taken != endings::in_memory) {
      check<I, M, N, K, true, true, false, ending::in_registers>();
      check<I, M, N, K, false, false, true, ending::none>();
    }
    if constexpr (taken != endings::in_registers) {
      check<I, M, N, K, true, false, false, ending::none>();
      check<I, M, N, K, false, true, false, ending::in_memory>();
    }
  };
  igata::detail::for_each_isa([&](auto which) { return on(which), 0; });
}

TEST(fixed, squares) {
  check_all<1, 1, 1>();
  check_all<4, 4, 4>();
  check_all<8, 8, 8>();
  check_all<16, 16, 16>();
}
TEST(fixed, one_row) {
  check_all<1, 64, 17>();
  check_all<1, 7, 29>();
  check_all<1, 130, 9>();
}
TEST(fixed, odd_sizes) {
  check_all<2, 17, 5, endings::in_registers>();
  check_all<3, 33, 7, endings::in_memory>();
  check_all<7, 65, 13, endings::in_registers>();
  check_all<13, 31, 3, endings::in_memory>();
  check_all<19, 100, 11, endings::in_registers>();
}
// Several rows in one register.
TEST(fixed, narrow) {
  check_all<5, 4, 8, endings::in_memory>();
  check_all<16, 4, 4, endings::in_registers>();
  check_all<39, 4, 12, endings::in_memory>();
  check_all<3, 4, 4, endings::in_registers>();
  check_all<7, 8, 16, endings::in_memory>();
  check_all<21, 8, 8, endings::in_registers>();
  check_all<2, 8, 24, endings::in_memory>();
  check_all<6, 8, 12, endings::in_registers>();
}
TEST(fixed, streamed_matrix) { check_all<1, 96, 97>(); }

// max(x * 3 + y, 0) with rows, a block that goes on in memory, and single numbers.
template <int Rows, int Cols, isa Which>
void check_loop() {
  if (!igata::detail::cpu_runs(Which)) return;
  constexpr fixed_pointwise s{{1, 1}, {Cols, 0}, {{Cols, 0, Cols, 0}, {Cols, Cols}}};
  for (ptrdiff_t rows = Rows; rows > 0; --rows) {
    const buffer block = whole(rows * Cols, 7, 1);
    epilogue_case tail(rows, Cols);
    const auto& post = tail.post.args;
    igata::plan::fixed_of<Which>::template pointwise<s, epilogue_program()>(rows, block.data(), post.in[1], post.in[2], post.in[3], post.out[0],
                                                                            post.out[1]);
    tail.expect(block);
  }
}
template <int Rows, int Cols>
void check_loops() {
  igata::detail::for_each_isa([](auto which) { return check_loop<Rows, Cols, decltype(which)::value>(), 0; });
}
TEST(fixed, pointwise) {
  check_loops<1, 1>();
  check_loops<3, 4>();
  check_loops<2, 17>();
  check_loops<5, 32>();
}

}  // namespace
