// A training whose model keeps numbers of other types: what its steps write, snapshots, checkpoints, files, and who reads them behind it.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <igata/f64.hpp>
#include <igata/igata.hpp>
#include <igata/io.hpp>
#include <igata/io/mapped_weights.hpp>
#include <igata/train.hpp>

namespace {
using namespace igata;
namespace st = io::safetensors;

// Weights of the columns that a mask lets through; and what is seen of the data.
struct counted {
  constexpr value operator()(value x) const {
    const auto state = [&](std::string_view name, const shape& dims, dtype type, double first = 0) {
      return state_variable(x, name, role::buffer, dims, constant_initializer(first), type);
    };
    const value kept = state("kept", {4}, boolean, 1), scale = state("scale", {4}, f16, 0.5), shift = state("shift", {4}, i8, -3);
    if (x.training()) {
      const value rows = cast(batch_size(x.owner()), i64), seen = state("seen", {}, i64, 9007199254740992), most = state("most", {4}, bf16);
      const value ever = state("ever", {4}, boolean), steps = state("steps", {}, u8, 250), sums = state("sums", {4}, f64);
      assign(seen, seen + rows * 2 + 1);
      assign(most, maximum(most, cast(reduce_max(x, 0), bf16)));
      assign(ever, ever || reduce_any(x > 3, 0));
      assign(steps, steps + 1);
      assign(sums, sums + cast(reduce_sum(x, 0), f64));
    }
    return nn::dense(select(kept, x * cast(scale, f32) + cast(shift, f32), 0), {.units = 2});
  }
};
using train_t =
    training<counted{}, in<"x", 4>, labels<"kind", u8, 2>, loss::softmax_cross_entropy{}, optim::adam{.learning_rate = 0.05}, max_batch{8}>;
using infer_t = inference<counted{}, in<"x", 4>, max_batch{8}>;

constexpr std::size_t rows = 24;
train::dataset data() {
  std::vector<float> x;
  std::vector<std::uint8_t> kind;
  for (std::uint32_t i = 0; i < rows; ++i) {
    kind.push_back(static_cast<std::uint8_t>(i % 2));
    for (std::uint32_t k = 0; k < 4; ++k)
      x.push_back(random_uniform(random_bits({3, 4}, {i, k}).x) * static_cast<float>(k + 1) + (i % 2 ? 0.5f : 0.f));
  }
  train::dataset d;
  d.add_features("x", std::move(x), {4}).add_labels("kind", kind, 2);
  return d;
}
void expect_same(const variable_store& a, const variable_store& b) {
  ASSERT_EQ(a.size(), b.size());
  for (const auto& e : a) {
    const auto* other = b.find(e.path);
    ASSERT_TRUE(other && other->type == e.type) << e.path;
    EXPECT_EQ(std::memcmp(e.memory.data(), other->memory.data(), e.memory.size()), 0) << e.path;
  }
}
TEST(train_variables, a_training_goes_on) {
  const std::string path = testing::TempDir() + "igata_train_variables";
  train_t whole{seed{4}};
  whole.variables().values<bool>("kept")[1] = false;
  whole.variables().values<std::int8_t>("shift")[2] = 2;
  train_t part{seed{4}};
  part.variables() = whole.variables();
  train::checkpoint saved{.path = path, .save_best_only = false, .roles = io::role_set::all()};
  const train::fit_options two{.epochs = 2, .seed = 5, .progress = train::progress_mode::silent};
  train::fit(part, data(), two, saved);
  const variable_store& now = part.variables();
  EXPECT_EQ(now.find("seen")->values<std::int64_t>()[0], 9007199254740992 + 6 * 17);
  EXPECT_EQ(now.find("steps")->values<std::uint8_t>()[0], 0);  // it wrapped
  EXPECT_EQ(now.find("ever")->values<bool>()[0], false);
  EXPECT_EQ(now.find("ever")->values<bool>()[3], true);
  const train::dataset all = data();
  float most = 0;
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i)
    most = std::max(most, all.features("x", static_cast<int>(i))[2]), sum += all.features("x", static_cast<int>(i))[2];
  EXPECT_EQ(now.find("most")->values<bfloat16>()[2].bits, bfloat16(most).bits);
  EXPECT_NEAR(now.find("sums")->values<double>()[2], 2 * sum, 1e-4);

  // The file has each in its own type, and a training that takes it up ends as one that was never interrupted.
  std::string types;
  for (const st::tensor& t : st::read_header(path).tensors)
    for (const char* name : {"kept", "scale", "shift", "seen", "most", "ever", "steps", "sums"})
      if (t.name == name) types += t.name + ' ' + t.type + ' ';
  EXPECT_EQ(types, "seen I64 sums F64 most BF16 scale F16 ever BOOL kept BOOL shift I8 steps U8 ");
  const train::fit_options four{.epochs = 4, .seed = 5, .progress = train::progress_mode::silent};
  train::fit(whole, data(), four);
  train_t rest{seed{9}};
  train::fit(rest, data(), {.epochs = 4, .resume = path, .seed = 5, .progress = train::progress_mode::silent});
  expect_same(rest.variables(), whole.variables());

  // A snapshot brings back every type.
  train::snapshot kept;
  kept.take(rest.variables(), io::role_set::all());
  train_t other{seed{1}};
  kept.restore(other.variables());
  expect_same(other.variables(), whole.variables());

  // An inference reads what it needs of them, from the store and from the file where it lies.
  st::save(path, whole.variables());
  const st::mapped_weights mapped(path);
  infer_t a{infer_t::pack(whole.weights())}, b{infer_t::pack(mapped)};
  float x[8] = {1, 2, 3, 4, -1, 0.5f, 2, 7}, predicted[4], from_store[4], from_file[4];
  ASSERT_TRUE(whole.predict(x, 2, predicted));
  ASSERT_TRUE(a.run(x, from_store) && b.run(x, from_file));
  EXPECT_EQ(std::memcmp(from_store, from_file, sizeof from_file), 0);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(predicted[i], from_store[i], 1e-5);
  x[1] = 99;  // the column that the mask leaves out
  float again[4];
  ASSERT_TRUE(a.run(x, again));
  EXPECT_EQ(std::memcmp(again, from_store, sizeof again), 0);
  std::remove(path.c_str());
}

// A file of other types is loaded where that is asked for, and a number that does not fit is refused by name; nothing has changed then.
TEST(train_variables, a_file_of_other_types) {
  const std::string path = testing::TempDir() + "igata_train_variables_types";
  variable_store file;
  for (const auto& e : infer_t::variables(seed{3})) file.add(e.path, e.kind, e.type == f32 ? f32 : f64, e.dims);
  for (const auto& e : infer_t::variables(seed{3}))
    if (e.type == f32) std::memcpy(file.at(e.path).memory.data(), e.memory.data(), e.memory.size());
  const auto set = [&](const char* name, double a, double b) {
    file.values<double>(name)[0] = a, file.values<double>(name)[1] = b;
    st::save(path, file);
  };
  const auto load = [&](variable_store& to) -> std::string {
    try {
      return st::load(path, to, {.convert = true}).describe();
    } catch (const error& e) {
      return e.what();
    }
  };
  set("kept", 1, 0), set("scale", 0.1, 65504), set("shift", -128, 127);
  variable_store weights = infer_t::variables(seed{3});
  EXPECT_EQ(load(weights), "loaded 5; converted 'kept' F64[4] for BOOL[4], 'scale' F64[4] for F16[4], 'shift' F64[4] for I8[4]");
  EXPECT_EQ(weights.values<std::int8_t>("shift")[0], -128);
  EXPECT_EQ(weights.values<float16>("scale")[0].bits, float16(0.1).bits);
  EXPECT_EQ(weights.values<bool>("kept")[1], false);
  const variable_store before = weights;
  const auto refused = [&](const char* name, double wrong, const std::string& type, const std::string& shown) {
    const double was = file.values<double>(name)[1];
    set(name, file.values<double>(name)[0], wrong);
    EXPECT_EQ(load(weights),
              path + ": tensor '" + name + "': value 1: expected a number that " + type + " can hold, got " + shown + "; choose another type");
    expect_same(weights, before);
    set(name, file.values<double>(name)[0], was);
  };
  refused("kept", 2, "BOOL", "2");
  refused("shift", 128, "I8", "128");
  refused("shift", 0.5, "I8", "0.5");
  refused("scale", 70000, "F16", "70000");
  EXPECT_THROW(static_cast<void>(train_t(file)), error);
  std::remove(path.c_str());
}

}  // namespace
