// Programs in memory of the caller's, with weights that are constants: the same bits as inference gives, on every instruction set; and once more as
// small targets compile them, against the oracle.
#include <igata/embedded.hpp>

#include "oracle.hpp"

namespace {
using namespace igata;

template <int N>
struct numbers {
  float of[N];
};
template <int N>
constexpr numbers<N> random_numbers(std::uint32_t stream, float scale = 0.5f) {
  numbers<N> made{};
  for (int i = 0; i < N; ++i) made.of[i] = scale * (2 * random_uniform(random_bits({7, stream}, {static_cast<std::uint32_t>(i), 0}).x) - 1);
  return made;
}
// A program's weights, of its own shapes and names.
template <class Net>
struct weights_of {
  using code = compiled<typename Net::specification>;
  static constexpr int count = code::facts.parameters + 256;
  static constexpr numbers<count> values = random_numbers<count>(1);
  static constexpr numbers<count> variances = [] {
    numbers<count> above = values;
    for (float& x : above.of) x += 1;
    return above;
  }();
  static constexpr int variables = code::bind.variables.size();
  struct names {
    char of[variables + 1][64]{};
    int size[variables + 1]{};
  };
  static constexpr names paths = [] {
    names n;
    const ir::graph g = code::bind.thaw();
    for (int i = 0; i < variables; ++i) {
      const text path = g.path_of(g.variables[i]);
      for (int k = 0; k < path.size(); ++k) n.of[i][k] = path.view()[static_cast<std::size_t>(k)];
      n.size[i] = path.size();
    }
    return n;
  }();
  struct table {
    constant_weight of[variables + 1];
    constexpr const constant_weight* begin() const { return of; }
    constexpr const constant_weight* end() const { return of + variables; }
  };
  static constexpr table all = [] {
    table t{};
    int at = 0;
    for (int i = 0; i < variables; ++i) {
      const shape dims = code::bind.variables.items[i].dims;
      const std::string_view path(paths.of[i], static_cast<std::size_t>(paths.size[i]));
      t.of[i] = {path, dims, (path.ends_with("variance") ? variances.of : values.of) + at % (count - static_cast<int>(dims.count()) + 1)};
      at += static_cast<int>(dims.count());
    }
    return t;
  }();
};

template <class Net>
void fill(variable_store& store) {
  for (const constant_weight& w : weights_of<Net>::all) {
    const auto to = store.floats(w.path);
    ASSERT_EQ(static_cast<std::ptrdiff_t>(to.size()), w.dims.count());
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = w.values[i];
  }
}

// Rows from 1 to max_batch, on each instruction set: inference's bits, and the oracle's numbers.
template <auto Model, auto... Options>
void compare() {
  using net_t = embedded<Model, Options...>;
  using usual_t = inference<Model, Options...>;
  static constexpr typename net_t::packed_weights packed = net_t::template pack<weights_of<net_t>::all>();
  variable_store store = usual_t::variables();
  fill<net_t>(store);
  usual_t usual(store);
  typename net_t::memory memory;
  net_t net(memory, packed);
  constexpr int most = net_t::max_batch, row = net_t::output_row();
  using runner = detail::embedded_runner<typename net_t::specification>;
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    usual.use(which);
    net.use(which);
    for (int n = 1; n <= most; ++n) {
      const oracle::data d = oracle::random_data<runner>(n);
      std::vector<float> expected(static_cast<std::size_t>(n * row)), got(expected.size() + 64, 77.f);
      std::memset(memory.bytes, 0xff, sizeof memory);  // what it held does not matter
      void* to[] = {expected.data()};
      ASSERT_TRUE(usual.run_unchecked(d.pointers.data(), to, n));
      to[0] = got.data();
      ASSERT_TRUE(net.run_unchecked(d.pointers.data(), to, n));
      for (std::size_t i = expected.size(); i < got.size(); ++i) EXPECT_EQ(got[i], 77.f) << "past the end";
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), expected.size() * 4), 0) << isa_name(which);
      oracle::environment env = d.env;
      const ir::graph main = compiled<typename net_t::specification>::simplified().thaw();
      for (const ir::variable& v : main.variables) {
        const auto from = store.floats(main.path_of(v).view());
        vec<double> values(static_cast<int>(from.size()));
        for (int i = 0; i < values.size(); ++i) values[i] = static_cast<double>(from[static_cast<std::size_t>(i)]);
        env.variables.push(std::move(values));
      }
      const vec<vec<double>> truth = evaluate(main, env);
      const vec<double>& result = truth[main.outputs[0].id];
      for (int i = 0; i < n * row; ++i)
        oracle::expect_near(static_cast<double>(got[static_cast<std::size_t>(i)]), result[i], 2e-5, "result", i, which);
    }
  }
}

struct controller {
  constexpr value operator()(value x) const {
    x = tanh(nn::dense(x, {.units = 16}));
    x = tanh(nn::dense(x, {.units = 16}));
    return nn::dense(x, {.units = 2});
  }
};
struct images {
  constexpr value operator()(value x) const {
    value y = relu(nn::batch_norm(nn::conv2d(x, {.filters = 6, .kernel = 3, .padding = padding::same})));
    y = relu(y + nn::conv2d(y, {.filters = 6, .kernel = 3, .padding = padding::same}));
    y = nn::max_pool2d(y, {.size = 3, .stride = 2, .padding = padding::same});
    y = sigmoid(nn::conv2d(y, {.filters = 9, .kernel = 3, .stride = 2, .padding = 2, .dilation = 2, .groups = 3}));
    return nn::dense(nn::flatten(y), {.units = 5});
  }
};
struct channels {
  constexpr value operator()(value x) const {
    value y = relu(nn::depthwise_conv2d(x, {.kernel = 3, .padding = padding::same}));
    y = nn::avg_pool2d(y, {.size = 2, .padding = padding::same});
    y = nn::conv2d(y, {.filters = 8, .kernel = 2, .groups = 2});
    return softmax(nn::dense(nn::flatten(y), {.units = 70}));
  }
};
struct words {
  constexpr value operator()(value ids) const {
    const value x = nn::embedding(ids, {.size = 11, .units = 6});
    const value attention = softmax(matmul(x, transpose(x, {0, 2, 1})) * 0.5);
    return nn::dense(nn::flatten(matmul(attention, x)), {.units = 3});
  }
};
TEST(embedded, controller) { compare<controller{}, in<"state", 4>, max_batch{5}>(); }
TEST(embedded, images) { compare<images{}, in<"image", 7, 9, 2>, max_batch{2}>(); }
TEST(embedded, channels) { compare<channels{}, in<"image", 5, 6, 6>, max_batch{2}>(); }
TEST(embedded, one_channel) { compare<images{}, in<"image", 12, 12, 1>>(); }
TEST(embedded, words) { compare<words{}, ids<"words", 11, 4>, max_batch{3}>(); }

using net_t = embedded<controller{}, in<"state", 4>>;
constexpr net_t::packed_weights packed = net_t::pack<weights_of<net_t>::all>();
static_assert(net_t::memory_bytes == sizeof(net_t::memory) && net_t::packed_bytes == sizeof packed && alignof(net_t::memory) == net_t::alignment);

// Tables that are packed in types of their own.
constexpr float table_numbers[] = {1, 2, 3, 4, 5, 6, 250, 7, 0, 9, 10, 11};
constexpr constant_weight table_weights[] = {{"t", {4, 3}, table_numbers}};
template <dtype Type>
struct table_of {
  constexpr value operator()(value which) const {
    return gather(cast(state_variable(which, "t", role::weight, {4, 3}, constant_initializer(1)), Type), which);
  }
};
template <dtype Type, class T>
void expect_row() {
  using net_t = embedded<table_of<Type>{}, ids<"which", 4>>;
  static constexpr typename net_t::packed_weights packed = net_t::template pack<table_weights>();
  static typename net_t::memory ram;
  net_t net{ram, packed};
  const std::int32_t which[1] = {2};
  T row[3]{};
  ASSERT_TRUE(net.run(which, row));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(row[i], static_cast<T>(table_numbers[6 + i])) << name_of(Type) << ' ' << i;
}
TEST(embedded, tables_of_every_type) {
  expect_row<u8, std::uint8_t>(), expect_row<i16, std::int16_t>(), expect_row<u32, std::uint32_t>(), expect_row<i64, std::int64_t>();
  expect_row<f16, float16>(), expect_row<boolean, bool>();
}

// Weights of bytes, packed by the compiler as pack() does, as they are and turned.
template <dtype Left, dtype Right, bool Turned>
struct bytes_by_weights {
  constexpr value operator()(value x) const {
    const value t = state_variable(x, "t", role::weight, {4, 3}, constant_initializer(1));
    return matmul(x, cast(Turned ? reshape(t, {3, 4}) : t, Right), {.transpose_b = Turned});
  }
};
template <dtype Left, dtype Right, bool Turned, class L, class R>
void expect_products() {
  using net_t = embedded<bytes_by_weights<Left, Right, Turned>{}, in<"x", Left, 4>, max_batch{2}>;
  static constexpr typename net_t::packed_weights packed = net_t::template pack<table_weights>();
  static typename net_t::memory ram;
  net_t net{ram, packed};
  const L x[8] = {L(3), L(200), L(77), L(-128), L(0), L(1), L(255), L(5)};
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net.use(which);
    std::int32_t y[6]{};
    ASSERT_TRUE(net.run({x}, {y}, 2));
    for (int r = 0; r < 2; ++r)
      for (int j = 0; j < 3; ++j) {
        const auto weight = [](int i) { return std::is_signed_v<R> && table_numbers[i] > 127 ? 127 : static_cast<int>(table_numbers[i]); };
        int sum = 0;
        for (int l = 0; l < 4; ++l) sum += x[4 * r + l] * weight(Turned ? 4 * j + l : 3 * l + j);
        EXPECT_EQ(y[3 * r + j], sum) << name_of(Left) << name_of(Right) << Turned << isa_name(which);
      }
  }
}
TEST(embedded, weights_of_bytes) {
  expect_products<u8, u8, false, std::uint8_t, std::uint8_t>(), expect_products<i8, u8, true, std::int8_t, std::uint8_t>();
  expect_products<u8, i8, false, std::uint8_t, std::int8_t>(), expect_products<i8, i8, true, std::int8_t, std::int8_t>();
}

TEST(embedded, memory_of_another_size_or_place) {
  struct alignas(64) bytes {
    std::byte of[sizeof packed + 128];
  } memory, weights;
  std::memcpy(weights.of, &packed, sizeof packed);
  const float x[4]{1, 2, 3, 4};
  float y[2]{}, expected[2]{};
  net_t::memory own;
  EXPECT_TRUE(net_t(own, packed).run(x, expected));
  const auto run = [&](std::span<std::byte> given, std::span<const std::byte> constants) { return net_t(given, constants).run(x, y); };
  EXPECT_TRUE(run(memory.of, weights.of));
  EXPECT_EQ(std::memcmp(y, expected, sizeof y), 0);
  const std::string at = std::to_string(net_t::alignment), need = std::to_string(net_t::memory_bytes);
  const status small = run(std::span(memory.of).first(net_t::memory_bytes - 1), weights.of);
  EXPECT_EQ(small.value, status::code::wrong_memory);
  EXPECT_EQ(describe(small).view(),
            "run: memory: expected " + need + " bytes at a multiple of " + at + ", got " + std::to_string(net_t::memory_bytes - 1));
  EXPECT_EQ(describe(run(std::span(memory.of).subspan(4), weights.of)).view(),
            "run: memory: expected " + need + " bytes at a multiple of " + at + ", got an address that is none");
  EXPECT_EQ(describe(run(memory.of, std::span(weights.of).first(8))).view(),
            "run: packed weights: expected " + std::to_string(sizeof packed) + " bytes at a multiple of " + at + ", got 8");
  EXPECT_FALSE(run(memory.of, {}));
  EXPECT_FALSE(run({}, weights.of));
}
TEST(embedded, other_weights) {
  static constexpr auto more = random_numbers<300>(9);
  static constexpr constant_weight other[] = {{"dense/kernel", {4, 16}, more.of},    {"dense/bias", {16}, more.of},
                                              {"dense_1/kernel", {16, 16}, more.of}, {"dense_1/bias", {16}, more.of + 3},
                                              {"dense_2/kernel", {16, 2}, more.of},  {"dense_2/bias", {2}, more.of}};
  static constexpr net_t::packed_weights second = net_t::pack<other>();
  net_t::memory memory;
  net_t net(memory, packed);
  const float x[4]{1, 2, 3, 4};
  float y[2]{}, z[2]{};
  EXPECT_TRUE(net.run(x, y));
  net.use(second);
  EXPECT_TRUE(net.run(x, z));
  EXPECT_NE(y[0], z[0]);
  static_assert(noexcept(net.run(x, z)));
}
TEST(embedded, calls_are_checked) {
  net_t::memory memory;
  net_t net(memory, packed);
  const float x[4]{};
  float y[2]{};
  EXPECT_EQ(net.run({x}, {y}, 2).value, status::code::wrong_rows);
  EXPECT_EQ(net.run({static_cast<const float*>(nullptr)}, {y}, 1).value, status::code::missing_input);
}

}  // namespace
