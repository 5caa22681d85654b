// First values and packed weights: the oracle's bits in every form, on any number of threads, and no memory beside what is asked for.
#include "../reference_packing.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include <igata/core/half.hpp>
#include <igata/igata.hpp>
#include <igata/kernels/dispatch.hpp>

namespace {
std::atomic<long> live{0}, peak{0};
struct header {  // in front of what is given
  void* begin;
  std::size_t bytes;
};
void* allocated(std::size_t bytes, std::size_t align) {
  if (align < 64) align = 64;
  char* const begin = static_cast<char*>(std::aligned_alloc(align, (bytes + 2 * align - 1) / align * align));
  if (!begin) std::abort();
  char* const given = begin + align;
  reinterpret_cast<header*>(given)[-1] = {begin, bytes};
  long now = live += static_cast<long>(bytes), most = peak;
  while (now > most && !peak.compare_exchange_weak(most, now)) {}
  return given;
}
void released(void* p) noexcept {
  if (!p) return;
  const header& h = static_cast<header*>(p)[-1];
  live -= static_cast<long>(h.bytes);
  std::free(h.begin);
}
}  // namespace
void* operator new(std::size_t n) { return allocated(n, 1); }
void* operator new[](std::size_t n) { return allocated(n, 1); }
void* operator new(std::size_t n, std::align_val_t a) { return allocated(n, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t n, std::align_val_t a) { return allocated(n, static_cast<std::size_t>(a)); }
void operator delete(void* p) noexcept { released(p); }
void operator delete[](void* p) noexcept { released(p); }
void operator delete(void* p, std::size_t) noexcept { released(p); }
void operator delete[](void* p, std::size_t) noexcept { released(p); }
void operator delete(void* p, std::align_val_t) noexcept { released(p); }
void operator delete[](void* p, std::align_val_t) noexcept { released(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { released(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { released(p); }

namespace {
using namespace igata;

// The last part first, one after the other.
executor parts(int count) {
  static int all;
  all = count;
  return {nullptr, count, [](void*, void (*job)(void*, int), void* data) {
            for (int i = all; i-- > 0;) job(data, i);
          }};
}

// Numbers of all signs and sizes in every variable, with what is none where it is asked for.
void fill(variable_store& store, bool none) {
  std::uint32_t i = 0;
  for (variable_store::entry& e : store) {
    for (float& x : e.floats()) x = 2 * random_uniform(random_bits({7, 9}, {++i, 0}).x) - 0.5f;
    if (e.path.find("variance") != e.path.npos)
      for (float& x : e.floats()) x = x < 0 ? -x : x;
    const std::size_t size = e.floats().size();
    if (none && size > 40) {
      e.floats()[size / 3] = std::numeric_limits<float>::quiet_NaN(), e.floats()[size / 2] = std::numeric_limits<float>::infinity();
      e.floats()[size - 1] = 1e-41f, e.floats()[0] = -0.f;
    }
  }
}

template <class Net>
void same_bits() {
  for (const bool none : {false, true}) {
    variable_store store = Net::variables(seed{5});
    fill(store, none);
    for (const int count : {1, 2, 5}) {
      const packed_weights packed = Net::pack(store, parts(count));
      EXPECT_EQ(reference_packing::difference(Net::code::bind.thaw(), Net::code::bound.items, Net::code::bound.size(), store, packed), "")
          << count << " parts";
    }
  }
}
template <class Net>
constexpr int values_of(plan::weight_form form, bool transposed = false) {
  int count = 0;
  for (int i = 0; i < Net::code::bound.size(); ++i)
    count += Net::code::bound.items[i].form == form && Net::code::bound.items[i].transposed == transposed;
  return count;
}

struct convolutions {
  static constexpr value step(value x, int filters, int kernel, int stride = 1) {
    return relu(nn::batch_norm(nn::conv2d(x, {.filters = filters, .kernel = kernel, .stride = stride, .padding = kernel / 2, .use_bias = false})));
  }
  constexpr value operator()(value x) const {
    x = step(x, 64, 3);
    x = step(x, 131, 3);
    x = step(x, 200, 3, 2);
    x = relu(nn::batch_norm(nn::depthwise_conv2d(x, {.kernel = 3, .padding = 1, .use_bias = false})));
    x = step(x, 70, 1);
    x = step(x, 96, 3);
    return nn::dense(nn::flatten(x), {.units = 77});
  }
};
struct deep {
  constexpr value operator()(value x) const { return convolutions::step(x, 300, 3); }
};
TEST(binding, convolutions) {
  using net_t = inference<convolutions{}, in<"image", 28, 28, 5>>;
  static_assert(values_of<net_t>(plan::weight_form::winograd4) > 0 && values_of<net_t>(plan::weight_form::panels) > 1);
  same_bits<net_t>();
  using deep_t = inference<deep{}, in<"image", 7, 7, 256>>;
  static_assert(values_of<deep_t>(plan::weight_form::winograd2) > 0);
  same_bits<deep_t>();
}

// What models do to weights before they use them.
struct made_weights {
  static constexpr value weight(value x, std::string_view name, shape dims) {
    return nn::parameter(x, name, dims, init::normal(1));
  }
  constexpr value operator()(value x) const {
    const value w = weight(x, "w", {300, 96}), v = weight(x, "v", {96, 300}), row = weight(x, "row", {96});
    value a = matmul(x, w * row + 1);                                                           // panels of what is computed
    a = a + matmul(x, exp(v * 0.01) - reduce_mean(v, {1}, true), {.transpose_b = true});  // turned
    a = a + matmul(x, v, {.transpose_b = true});
    a = a + matmul(x, transpose(tanh(v), {1, 0}));
    a = a + matmul(x, reverse(w, 0) * sqrt(abs(w) + 1));
    a = a + matmul(x, concat({slice(w, 1, 0, 96, 2), pad(slice(w, 1, 1, 49), {{0, 0}, {0, 0}})}, 1));
    a = a + matmul(x, reshape(w, {300, 96}) / (1 + broadcast_to(row, {300, 96})));
    a = a + reduce_sum(w * w, {0}) + select(row > 0, row, row * row) + cast(cast(row * 10, i32), f32);
    a = a + matmul(matmul(x, w),
                   transpose(matmul(v, w), {1, 0}) * 0.01 + reshape(transpose(reshape(matmul(v, w), {4, 24, 96}), {2, 0, 1}), {96, 96}) - 1);
    const value whole = cast(cast(a, i32) + cast(row * 10, i32), f32);     // a value of i32, and one of bool
    return concat({a, select(row > 0, a, whole)}, 1);
  }
};
TEST(binding, computed_weights) {
  using net_t = inference<made_weights{}, in<"x", 300>>;
  static_assert(values_of<net_t>(plan::weight_form::panels, true) > 1 && values_of<net_t>(plan::weight_form::plain) > 2);
  same_bits<net_t>();
}

// Rows that are longer than what is computed at a time.
struct long_rows {
  constexpr value operator()(value x) const {
    const value w = nn::parameter(x, "w", {3, 9000}, init::normal(1)), s = nn::parameter(x, "s", {9000}, init::normal(1));
    const value t = nn::parameter(x, "t", {100, 9000}, init::normal(1));
    return matmul(matmul(x, w * s - 0.5), -t * s, {.transpose_b = true});
  }
};
TEST(binding, long_rows) { same_bits<inference<long_rows{}, in<"x", 3>>>(); }

// Weights of another type: the bits of those that were converted first, without a copy in between. What is computed of doubles is rounded once.
template <class T>
variable_store as_type(const variable_store& store) {
  variable_store other;
  for (const variable_store::entry& e : store) {
    if (e.type != f32) {
      std::memcpy(other.add(e).memory.data(), e.memory.data(), e.memory.size());
      continue;
    }
    auto to = other.add(e.path, e.kind, detail::type_of<T>(), e.dims).template values<T>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = T(e.floats()[i]);
    other.find(e.path)->automatic = e.automatic;
  }
  return other;
}
template <class T>
variable_store as_floats(const variable_store& store) {
  variable_store other;
  for (const variable_store::entry& e : store) {
    variable_store::entry& to = other.add(e.path, e.kind, e.type == i32 ? i32 : f32, e.dims);
    to.automatic = e.automatic;
    if (e.type == i32) std::memcpy(to.memory.data(), e.memory.data(), e.memory.size());
    else
      for (std::size_t i = 0; i < to.count(); ++i) to.floats()[i] = static_cast<float>(e.template values<T>()[i]);
  }
  return other;
}
template <class Net, class T>
void packs_as_floats() {
  for (const bool none : {false, true}) {
    variable_store store = Net::variables(seed{5});
    fill(store, none);
    const variable_store stored = as_type<T>(store);
    const packed_weights want = Net::pack(as_floats<T>(stored));
    for (const int count : {1, 2, 5}) {
      const packed_weights got = Net::pack(stored, parts(count));
      ASSERT_EQ(got.bytes(), want.bytes());
      EXPECT_EQ(std::memcmp(got.pointers()[0], want.pointers()[0], want.bytes()), 0) << count << " parts";
    }
  }
}
// All copies: turned and not, of whole panels and rests, of few and of many rows.
struct copied {
  constexpr value operator()(value x) const {
    const value w = nn::parameter(x, "w", {300, 200}, init::normal(1)), v = nn::parameter(x, "v", {77, 300}, init::normal(1));
    const value row = nn::parameter(x, "row", {5001}, init::normal(1));
    return concat({matmul(x, w) * nn::parameter(x, "by", {200}, init::normal(1)), matmul(x, v, {.transpose_b = true}),
                   matmul(slice(x, 1, 0, 1), reshape(row, {1, 5001})), slice(row, 0, 7, 77) + slice(matmul(x, v, {.transpose_b = true}), 1, 0, 70)},
                  1);
  }
};
TEST(binding, weights_of_other_types) {
  using net_t = inference<convolutions{}, in<"image", 28, 28, 5>>;
  packs_as_floats<net_t, float16>();
  packs_as_floats<net_t, bfloat16>();
  packs_as_floats<net_t, double>();  // of numbers that are floats
  using made_t = inference<made_weights{}, in<"x", 300>>;
  packs_as_floats<made_t, float16>();
  packs_as_floats<made_t, bfloat16>();
  packs_as_floats<made_t, double>();
  using copied_t = inference<copied{}, in<"x", 300>>;
  packs_as_floats<copied_t, float16>();
  packs_as_floats<copied_t, bfloat16>();
  packs_as_floats<copied_t, double>();
  const auto no_copy = [](const variable_store& store) {
    const long before = live;
    peak = before;
    const packed_weights packed = copied_t::pack(store);
    EXPECT_LT(peak - before - static_cast<long>(packed.bytes()), 100000);
  };
  const variable_store floats = copied_t::variables();
  no_copy(as_type<float16>(floats));
  no_copy(as_type<double>(floats));
}
// Numbers that are no floats: the oracle's results of the doubles themselves.
TEST(binding, doubles_are_rounded_once) {
  using net_t = inference<made_weights{}, in<"x", 300>>;
  variable_store store = as_type<double>(net_t::variables(seed{5}));
  std::uint32_t i = 0;
  for (variable_store::entry& e : store)
    for (double& x : e.values<double>()) x = 2 * random_uniform(random_bits({7, 9}, {i, 0}).x) - 0.5 + 1e-9 * (i % 7), ++i;
  EXPECT_EQ(reference_packing::difference(net_t::code::bind.thaw(), net_t::code::bound.items, net_t::code::bound.size(), store, net_t::pack(store)),
            "");
}
TEST(binding, what_is_written_stays_f32) {
  using net_t = training<made_weights{}, in<"x", 300>, labels<"y", f32, 0, 192>, loss::mse{}, optim::sgd{}>;
  variable_store store = as_type<float16>(net_t().variables());
  try {
    net_t wrong(store);
    ADD_FAILURE();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(),
                 "variable_store: w: expected f16[300,96], got f32[300,96]; what a program writes is f32: load the file with .convert = true");
  }
}

// Each kind of first value, of sizes that are no whole vectors and of some that several threads share.
struct first_values {
  constexpr value operator()(value x) const {
    value sum;
    int i = 0;
    for (const initializer& kind : {init::glorot_uniform, init::uniform(0.3), init::normal(2), init::he_normal, init::orthogonal(1.5),
                                    init::ones, initializer{initial::constant, 0.25}})
      for (const int size : {1, 3, 777}) {
        text name;
        name << "w" << i++;
        const value part = reduce_sum(nn::parameter(x, name.view(), size == 777 ? shape{61, size} : shape{size}, kind));
        sum = sum.valid() ? sum + part : part;
      }
    return x * sum;
  }
};
TEST(binding, first_values) {
  using net_t = inference<first_values{}, in<"x", 1>>;
  for (const int count : {1, 3}) {
    const variable_store store = net_t::variables(seed{11}, parts(count));
    EXPECT_EQ(store.size(), 21);
    for (const variable_store::entry& e : store) {
      const vec<double> want = ir::initialize(e.init, e.dims, 11, e.path);
      ASSERT_EQ(e.floats().size(), static_cast<std::size_t>(want.size()));
      int wrong = 0;
      for (int i = 0; i < want.size(); ++i)
        wrong += std::bit_cast<std::uint32_t>(e.floats()[static_cast<std::size_t>(i)]) != std::bit_cast<std::uint32_t>(static_cast<float>(want[i]));
      EXPECT_EQ(wrong, 0) << e.path;
      for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(e.floats().data()[e.floats().size() + i], 0.f);
    }
  }
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    const initializer kind = init::uniform(0.3);
    const vec<double> want = ir::initialize(kind, {1003}, 7, "path");
    std::vector<float> got(1003);
    for (std::size_t i = 0; i < got.size(); i += 501)
      plan::draw_uniform_of(which)(7, stream("path"), static_cast<std::uint32_t>(i), std::min<std::ptrdiff_t>(501, 1003 - static_cast<int>(i)), 0.3,
                                   got.data() + i);
    for (int i = 0; i < 1003; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], static_cast<float>(want[i])) << i;
  }
}

// Of large weights there is what is asked for and what a thread works with, whatever is computed of them.
struct large {
  constexpr value operator()(value x) const {
    x = nn::batch_norm(nn::conv2d(x, {.filters = 512, .kernel = 3, .padding = 1, .use_bias = false}));
    return nn::dense(nn::flatten(x), {.units = 50});
  }
};
TEST(binding, memory) {
  using net_t = inference<large{}, in<"image", 14, 14, 512>>;
  const long before = live;
  peak = before;
  const variable_store store = net_t::variables();
  const long weights = live - before;
  EXPECT_GT(weights, 25l << 20);
  EXPECT_LT(peak - before, weights + (1l << 20));
  peak = live.load();
  const packed_weights packed = net_t::pack(store);
  EXPECT_GT(packed.bytes(), std::size_t{50} << 20);
  EXPECT_LT(peak - before, weights + static_cast<long>(packed.bytes()) + (2l << 20));
}
}  // namespace
