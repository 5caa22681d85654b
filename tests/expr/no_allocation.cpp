// Assigning an expression whose shape fits does not allocate or lock; what needs memory aside does once for each thread, then keeps it.
#include "../counting.hpp"

#include <igata/expr.hpp>

namespace {
using namespace igata;

template <class F>
long allocations_of(F f) {
  const long before = allocations, locked = locks;
  f();
  EXPECT_EQ(locks, locked);
  return allocations - before;
}

TEST(no_allocation, loops_and_reductions) {
  tensor<float, dynamic, dynamic> a(30, 40), b(30, 40), y(30, 40);
  tensor<float, 40> row, low;
  tensor<float, dynamic> raw(40);
  float number = 0;
  a = 2, b = 3, row = 1;
  number = sum(a);  // the instruction set is chosen once
  EXPECT_EQ(allocations_of([&] { y = tanh(a * b + row) * a + relu(b - 1); }), 0);
  EXPECT_EQ(allocations_of([&] { y(slice(1, 5)) = a(slice(0, 4)) * row; }), 0);
  EXPECT_EQ(allocations_of([&] { y(slice(), slice(0, 40, 2)) = a(slice(), slice(0, 40, 2)); }), 0);
  EXPECT_EQ(allocations_of([&] { transpose(y) = transpose(a) + transpose(b); }), 0);
  EXPECT_EQ(allocations_of([&] { y = a; }), 0);
  EXPECT_EQ(allocations_of([&] { a = a * a + a; }), 0) << "every element is read where it is written";
  EXPECT_EQ(allocations_of([&] { low = sum<0>(a * b); }), 0);
  EXPECT_EQ(allocations_of([&] { number = sum(a * b); }), 0);
  EXPECT_EQ(allocations_of([&] { const auto e = relu(a * b + row); y = e; }), 0);
}

TEST(no_allocation, memory_aside_is_kept) {
  tensor<float, dynamic, dynamic> a(30, 30), x(30, 20), w(20, 30), y(30, 30);
  tensor<float, 30> b;
  a = 1, x = 2, w = 3;
  const auto all = [&] {
    y = matmul(x, w);
    y = relu(matmul(x, w) + b);
    y = softmax(matmul(x, w) + b);
    y = a - mean<1>(a, keep_dims);
    a = a + transpose(a);
    a(slice(1, 5)) = a(slice(0, 4));
  };
  all();  // once: the thread's workspace grows
  EXPECT_EQ(allocations_of(all), 0);
}
}  // namespace
