// The example's programs: their plans, that they learn, and that both of them compute the same.
#include "golden.hpp"

#include <cstring>

#include <igata/igata.hpp>
#include <igata/train.hpp>

#define main train_main
#include "../../examples/digits.cpp"
#undef main
#define main inference_main
#include "../../examples/digits_inference.cpp"
#undef main

namespace {

train::dataset::parts load() { return digits::load(IGATA_SOURCE_DIR "/data/digits.csv"); }

TEST(digits, plans) {
  golden::expect("digits_inference", dump<infer_t>("plan"));
  golden::expect("digits_training", dump<train_t>("plan"));
  golden::expect("digits_summary", summary<train_t>());
}
TEST(digits, stages_at_run_time) {
  golden::expect_same_stages<infer_t>();
  golden::expect_same_stages<train_t>();
}

TEST(digits, learns) {
  const auto d = load();
  train_t t{seed{1}};
  train::fit(t, with_shifts(d.rest), {.epochs = 3, .seed = 1, .progress = train::progress_mode::silent});
  EXPECT_GT(train::evaluate(t, d.held_out)["accuracy"], 0.9);

  // The other program, from a file.
  const std::string file = testing::TempDir() + "igata_digits.safetensors";
  io::safetensors::save(file, t.variables());
  const std::vector<float> expected = train::predict(t, d.held_out), got = classify(file, d.held_out).scores;
  std::remove(file.c_str());
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 1e-4) << i;
}

TEST(digits, same_seed_same_bits) {
  const auto d = load();
  train_t first{seed{3}}, second{seed{3}}, other{seed{4}};
  for (train_t* t : {&first, &second, &other}) train::fit(*t, d.rest, {.epochs = 1, .seed = 3, .progress = train::progress_mode::silent});
  bool differs = false;
  for (int i = 0; i < first.variables().size(); ++i) {
    const auto &a = first.variables()[i], &b = second.variables()[i], &c = other.variables()[i];
    EXPECT_EQ(std::memcmp(a.memory.data(), b.memory.data(), a.memory.size()), 0) << a.path;
    differs |= std::memcmp(a.memory.data(), c.memory.data(), a.memory.size()) != 0;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
