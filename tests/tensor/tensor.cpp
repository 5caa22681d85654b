// Arrays and views: shapes, elements, ownership, and what happens with wrong ones.
#include <utility>

#include "../expr/testing.hpp"

namespace {
using namespace testing_expr;

static_assert(std::is_same_v<tensor<float, 2, 3>::extents_type, extents<2, 3>>);
static_assert(tensor<float, dynamic, 3>::rank == 2 && !extents<dynamic, 3>::is_static);
static_assert(std::is_nothrow_move_constructible_v<tensor<float, 2>> && std::is_nothrow_move_assignable_v<tensor<float, 2>>);

template <class A>
std::vector<float> elements(const A& a) {
  const tensor<float, dynamic> flat = reshape<-1>(eval(a));
  return {flat.begin(), flat.end()};
}

TEST(tensor, of_lists_and_extents) {
  const tensor<float, 2, 3> a{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(a(1, 2), 6);
  EXPECT_EQ(a.size(), 6);
  const tensor<float, dynamic, dynamic> b{{1, 2}, {3, 4}, {5, 6}};
  EXPECT_EQ(b.dims(), (shape{3, 2}));
  EXPECT_EQ(b(2, 0), 5);
  const tensor<std::int32_t, dynamic, 2> zeros(3, 2);
  EXPECT_EQ(zeros(2, 1), 0);
  const tensor<float, dynamic> none(0);
  EXPECT_EQ(none.size(), 0);
  const tensor<bool, 3> m{true, false, true};
  EXPECT_TRUE(m(0) && !m(1) && m(2));
  const tensor<float> number = 2.5f;
  EXPECT_EQ(number, 2.5f);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0u);
}

TEST(tensor, copies_are_apart_and_moves_keep_memory) {
  tensor<float, dynamic> a{1, 2, 3};
  tensor<float, dynamic> b = a;
  b(0) = 9;
  EXPECT_EQ(a(0), 1);
  const float* memory = a.data();
  tensor<float, dynamic> c = std::move(a);
  EXPECT_EQ(c.data(), memory);
  EXPECT_EQ(a.size(), 0);
  a = c;  // a moved-from tensor may be assigned
  EXPECT_EQ(a(2), 3);
  memory = b.data();
  b = c;
  EXPECT_EQ(b.data(), memory) << "an assignment whose shape fits keeps the memory";
  b = tensor<float, dynamic>{4, 5};
  EXPECT_EQ(b.dims(), shape{2});
  tensor<float, 3> s;
  tensor<float, 3> t = std::move(s);
  s = c;
  EXPECT_EQ(elements(s), (std::vector<float>{1, 2, 3}));
}

TEST(tensor, parts) {
  tensor<float, 3, 4> a{{0, 1, 2, 3}, {10, 11, 12, 13}, {20, 21, 22, 23}};
  EXPECT_EQ(elements(a(1)), (std::vector<float>{10, 11, 12, 13}));
  EXPECT_EQ(elements(a(-1)), (std::vector<float>{20, 21, 22, 23}));
  EXPECT_EQ(elements(a(slice(), 1)), (std::vector<float>{1, 11, 21}));
  EXPECT_EQ(elements(a(slice(1, to_end), slice(0, 4, 2))), (std::vector<float>{10, 12, 20, 22}));
  EXPECT_EQ(elements(a(slice(-2, -1), slice(-2, to_end))), (std::vector<float>{12, 13}));
  EXPECT_EQ(a(slice(2, 2)).size(), 0);
  const auto column = a(slice(), 2, new_axis);
  static_assert(std::is_same_v<std::remove_const_t<decltype(column)>::extents_type, extents<3, 1>>);
  EXPECT_EQ(column(2, 0), 22);
  EXPECT_EQ(elements(transpose(a)(1)), (std::vector<float>{1, 11, 21}));
  EXPECT_EQ(elements(reverse<1>(a)(0)), (std::vector<float>{3, 2, 1, 0}));
  EXPECT_EQ(elements(reverse<0>(reverse<0>(a))(0)), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(elements(reverse<0>(a)(slice(0, 2), 0)), (std::vector<float>{20, 10}));
  EXPECT_EQ(elements(reshape<2, -1>(a)(1)), (std::vector<float>{12, 13, 20, 21, 22, 23}));
  static_assert(std::is_same_v<decltype(reshape<2, -1>(a))::extents_type, extents<2, 6>>);
  EXPECT_EQ(reshape(a, {4, -1}).dims(), (shape{4, 3}));
  const tensor<float, 2, 1, 3> x{{{1, 2, 3}}, {{4, 5, 6}}};
  EXPECT_EQ((transpose<2, 0, 1>(x).dims()), (shape{3, 2, 1}));
  EXPECT_EQ((transpose<2, 0, 1>(x)(1, 1, 0)), 5);
}

TEST(tensor, views_write_and_share) {
  tensor<float, dynamic> a{1, 2, 3, 4};
  auto middle = a(slice(1, 3));
  middle = 7;
  EXPECT_EQ(elements(a), (std::vector<float>{1, 7, 7, 4}));
  a(slice(0, 4, 2)) = tensor<float, 2>{5, 6};
  EXPECT_EQ(elements(a), (std::vector<float>{5, 7, 6, 4}));
  middle *= 2;
  a(slice(2, 4)) += 1;
  EXPECT_EQ(elements(a), (std::vector<float>{5, 14, 13, 5}));
  a = tensor<float, dynamic>{1};  // another shape: the view keeps the old memory
  EXPECT_EQ(elements(middle), (std::vector<float>{14, 13}));
  const auto view = [] {
    tensor<float, 3> local{1, 2, 3};
    return local.view();
  }();
  EXPECT_EQ(view(1), 2) << "a view shares the ownership";
}

TEST(tensor, memory_of_others) {
  float raw[7] = {0, 1, 2, 3, 4, 5, 6};
  tensor_view<float, dynamic, 3> v(raw + 1, {2, 3});
  v = v * 2;
  EXPECT_EQ(raw[0], 0);
  EXPECT_EQ(raw[1], 2);
  EXPECT_EQ(raw[6], 12);
  const std::vector<float> numbers{1, 2, 3};
  const tensor_view<const float, dynamic> w{std::span<const float>(numbers)};
  EXPECT_EQ(float(sum(w)), 6);
  EXPECT_EQ(error_of([&] { tensor_view<float, dynamic, 3>(raw, {2, 2}); }), "tensor_view: expected [?,3], got [2,2]; extents of the type must stay");
  EXPECT_EQ(error_of([&] { tensor_view<float, dynamic>(static_cast<float*>(raw)); }),
            "tensor_view: expected [?], got [?]; give every dynamic extent");
}

TEST(tensor, constness) {
  const tensor<float, 2, 2> a{{1, 2}, {3, 4}};
  static_assert(std::is_same_v<decltype(a(0, 0)), const float&> && std::is_same_v<decltype(a(0)(1)), const float&>);
  static_assert(!std::is_assignable_v<decltype(a(0)), float> && !std::is_assignable_v<decltype(transpose(a)), tensor<float, 2, 2>>);
  tensor<float, 2, 2> b = a;
  static_assert(std::is_assignable_v<decltype(b(0)), float> && std::is_same_v<decltype(b(0, 0)), float&>);
  static_assert(std::is_convertible_v<tensor_view<float, 2>, tensor_view<const float, 2>> &&
                !std::is_convertible_v<tensor_view<const float, 2>, tensor_view<float, 2>>);
}

TEST(tensor, errors) {
  tensor<float, dynamic, 4> a(3, 4);
  EXPECT_EQ(error_of([&] { a(slice(2, 5)); }), "slice: axis 0: from 2 to 5 by 1 is no range inside [0, 3)");
  EXPECT_EQ(error_of([&] { a(0, slice(0, 4, 0)); }), "slice: axis 1: from 0 to 4 by 0 is no range inside [0, 4)");
  EXPECT_EQ(error_of([&] { a(3); }), "index: axis 0: 3 is outside [-3, 3)");
  EXPECT_EQ(error_of([&] { reshape(a, {5, -1}); }), "reshape: [3,4] to [5,?] changes the number of elements; the product of the extents must stay");
  EXPECT_EQ(error_of([&] { reshape<12>(transpose(a)); }),
            "reshape: [4,3] is a view whose elements do not lie one after the other; copy it first: tensor(x)");
  EXPECT_EQ(error_of([&] { a = tensor<float, dynamic, dynamic>(3, 5); }),
            "tensor: expected [?,4], got [3,5]; extents of the type must stay, and none is negative");
  EXPECT_EQ(error_of([&] { tensor<float, dynamic, dynamic, dynamic>(1 << 30, 1 << 30, 16); }),  // whose bytes are 2^66
            "tensor: [1073741824,1073741824,16] has more than 2^40 elements; use smaller extents");
  EXPECT_EQ(error_of([&] { tensor<float, dynamic>(-1); }), "tensor: expected [?], got [?]; extents of the type must stay, and none is negative");
  EXPECT_EQ(error_of([&] {
              tensor<float, dynamic, dynamic>{{1, 2}, {3}};
            }),
            "tensor: the lists of one level differ in length; give every row as many elements");
}

}  // namespace
