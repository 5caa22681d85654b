// One program with two models and two minimize calls, and a second program on the same store: a small GAN learns the digits.
#include <gtest/gtest.h>

#include <igata/igata.hpp>
#include <igata/io/csv.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

constexpr value generate(value noise) {
  value x = nn::block("generator", [](value z) {
    z = relu(nn::dense(z, {.units = 48}));
    return sigmoid(nn::dense(z, {.units = 64}));
  })(noise);
  return x;
}
constexpr value judge(value image) {
  return nn::block("discriminator", [](value x) {
    x = leaky_relu(nn::dense(x, {.units = 48}));
    return nn::dense(x, {.units = 1});
  })(image);
}

struct gan_step {
  constexpr void operator()(builder& s) const {
    const value real = s.input("real", rows({64})), noise = s.input("noise", rows({8}));
    const value fake = generate(noise);
    const value on_real = judge(real), on_fake = judge(stop_gradient(fake)), fooled = judge(fake);
    const value critic = reduce_mean(softplus(-on_real)) + reduce_mean(softplus(on_fake));
    const value artist = reduce_mean(softplus(-fooled));
    s.name_layers({fooled});
    s.minimize(critic, "discriminator/*", optim::adam{.learning_rate = 2e-3, .beta1 = 0.5});
    s.minimize(artist, "generator/*", optim::adam{.learning_rate = 2e-3, .beta1 = 0.5});
    s.output("critic", critic);
    s.output("artist", artist);
  }
};
struct sample {
  constexpr void operator()(builder& s) const { s.output("image", generate(s.input("noise", rows({8})))); }
};

using train_t = program<gan_step{}, mode::training, max_batch{32}>;
using sample_t = program<sample{}, mode::inference, max_batch{64}>;

TEST(gan, learns_the_digits) {
  const io::csv::table digits = io::csv::load(IGATA_SOURCE_DIR "/data/digits.csv");
  variable_store store;
  train_t step(store, seed{1});
  sample_t draw(store);
  EXPECT_TRUE(store.find("generator/dense/kernel"));
  EXPECT_TRUE(store.find("optimizer/step"));
  EXPECT_TRUE(store.find("optimizer_1/step"));

  std::vector<float> real(32 * 64), noise(32 * 8), drawn(64 * 64), z(64 * 8), mean(64), shown(64);
  const auto fill = [](std::vector<float>& v, std::uint32_t call) {
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<float>(random_normal({5, 6}, {static_cast<std::uint32_t>(i), call}));
  };
  const int count = digits.rows;
  for (int r = 0; r < count; ++r)
    for (int k = 0; k < 64; ++k) mean[static_cast<std::size_t>(k)] += digits.row(r)[static_cast<std::size_t>(k)] / 16 / static_cast<float>(count);
  const auto distance = [&] {  // between the mean image of the data and of the samples
    fill(z, 999999);
    EXPECT_TRUE(static_cast<bool>(draw.run(z, drawn, 64)));
    float sum = 0;
    for (std::size_t k = 0; k < 64; ++k) {
      float m = 0;
      for (std::size_t i = 0; i < 64; ++i) m += drawn[i * 64 + k] / 64;
      sum += (m - mean[k]) * (m - mean[k]);
    }
    return sum;
  };
  const float before = distance();
  float critic = 0, artist = 0;
  for (int i = 0; i < 1500; ++i) {
    for (int r = 0; r < 32; ++r) {
      const int from = static_cast<int>(random_bits({7, 8}, {static_cast<std::uint32_t>(i * 32 + r), 0}).x % static_cast<std::uint32_t>(count));
      for (int k = 0; k < 64; ++k) real[static_cast<std::size_t>(r * 64 + k)] = digits.row(from)[static_cast<std::size_t>(k)] / 16;
    }
    fill(noise, static_cast<std::uint32_t>(i));
    ASSERT_TRUE(static_cast<bool>(step.run({real, noise}, {&critic, &artist}, 32)));
  }
  EXPECT_TRUE(critic > 0 && critic < 3) << critic;
  EXPECT_TRUE(artist > 0 && artist < 8) << artist;
  const float after = distance();
  EXPECT_LT(after, before / 4) << "the samples' mean image is not nearer to the data's";
}
}  // namespace
