// Softmax and layer norm of rows that are larger together than the caches: blocks of rows go through all their steps. Beside the oracle, and with the
// same bits as rows on their own and on several threads.
#include "oracle.hpp"

#include <igata/igata.hpp>
#include <igata/threads.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

struct normalized {
  constexpr value operator()(value x) const { return nn::layer_norm(x * softmax(x)) + log_softmax(x) * 0.125; }
};
struct attention {  // rows of the batch are many rows of the reductions
  constexpr value operator()(value x) const { return softmax(x) + nn::layer_norm(transpose(x, {0, 2, 1})); }
};
template <auto Model>
using long_rows = inference<Model, in<"x", 3001>, max_batch{83}>;

template <class Net>
constexpr bool has_blocks() {
  constexpr const auto& plan = compiled<typename Net::specification>::plan;
  return goes_by_rows(plan.steps.items, plan.size.steps, 83);
}
static_assert(has_blocks<long_rows<normalized{}>>());

TEST(row_blocks, have_the_bits_of_single_rows_on_any_number_of_threads) {
  using net_t = long_rows<normalized{}>;
  const packed_weights packed = net_t::pack(net_t::variables(seed{3}));
  threads two{2}, three{3};
  std::vector<float> x(83 * 3001);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 4 * oracle::random_number(1, static_cast<std::uint32_t>(i));
  x[5 * 3001 + 17] = std::numeric_limits<float>::quiet_NaN();
  x[7 * 3001 + 3000] = std::numeric_limits<float>::infinity();
  for (const isa which : compiled_isas) {
    if (!detail::cpu_runs(which)) continue;
    net_t alone{packed};
    alone.use(which);
    std::vector<float> expected(x.size());
    for (std::size_t row = 0; row < 83; ++row)
      ASSERT_TRUE(alone.run(std::span(x).subspan(row * 3001, 3001), std::span(expected).subspan(row * 3001, 3001)));
    const auto expect_same = [&](net_t& net, std::size_t n) {
      std::vector<float> got(n * 3001);
      ASSERT_TRUE(net.run(std::span(x).first(n * 3001), got));
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_TRUE(got[i] == expected[i] || (got[i] != got[i] && expected[i] != expected[i]))
            << isa_name(which) << " " << n << " rows, " << i;
    };
    for (const std::size_t n : {2u, 40u, 83u}) {
      expect_same(alone, n);
      for (const executor& e : {executor(two), executor(three)}) {
        net_t net{packed};
        net.use(which);
        net.use(e);
        expect_same(net, n);
      }
    }
  }
}

TEST(row_blocks, agree_with_the_oracle) {
  for (const int n : {1, 83}) oracle::compare<long_rows<normalized{}>::specification>(n, 1e-4);
  for (const int n : {1, 61}) oracle::compare<inference<attention{}, in<"x", 40, 40>, max_batch{83}>::specification>(n, 1e-4);
}

struct head {
  constexpr value operator()(value x) const { return nn::dense(nn::layer_norm(relu(nn::dense(nn::layer_norm(x), {.units = 1100}))), {.units = 900}); }
};
struct train_spec {
  static constexpr bool training = true, splits = false;
  static constexpr int max_batch = 83;
  static constexpr void build(builder& s) {
    const value x = s.input("x", rows({1000})), y = s.input("y", rows({}), i32, 900);
    s.minimize(loss::softmax_cross_entropy{}(head{}(x), y), "*", optim::sgd{.learning_rate = 0.1});
  }
};
TEST(row_blocks, agree_with_the_oracle_in_training) {
  for (const int n : {1, 77}) oracle::compare<train_spec>(n, 2e-3);
}

}  // namespace
