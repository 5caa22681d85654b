#include <igata/train/checkpoint.hpp>
#include <igata/train/early_stopping.hpp>
#include <igata/train/learning_rate_scheduler.hpp>
#include <igata/train/trainer.hpp>

#include <gtest/gtest.h>

#include <cstdio>

#include "softmax_program.hpp"

namespace {
using namespace igata;
using fake::clouds;
using fake::softmax_program;
constexpr auto silent = train::progress_mode::silent;

std::string error_of(const auto& f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}

// Plays given losses; the weight is the number of the epoch, from 1.
struct scripted {
  variable_store store;
  train::context c{.variables = store};
  scripted() { store.add("w", role::weight, f32, {}); }
  int run(auto& callback, const std::vector<double>& losses, const char* name = "val_loss") {
    if constexpr (requires { callback.on_train_begin(c); }) callback.on_train_begin(c);
    int epochs = 0;
    for (c.epoch = 0, c.stop = false; c.epoch < static_cast<int>(losses.size()) && !c.stop; ++c.epoch, ++epochs) {
      store.floats("w")[0] = static_cast<float>(c.epoch + 1);
      c.values.set(name, losses[static_cast<std::size_t>(c.epoch)]);
      callback.on_epoch_end(c);
    }
    if constexpr (requires { callback.on_train_end(c); }) callback.on_train_end(c);
    return epochs;
  }
};

TEST(EarlyStopping, PatienceAndBestWeights) {
  scripted s;
  train::early_stopping stop{.patience = 2, .restore_best_weights = true};
  EXPECT_EQ(s.run(stop, {5, 4, 3, 3.5, 2, 2.5, 2, 1}), 7);
  EXPECT_EQ(stop.best.epoch, 4);
  EXPECT_EQ(stop.best.value, 2);
  EXPECT_EQ(stop.stopped_epoch, 6);
  EXPECT_EQ(s.store.floats("w")[0], 5);
  EXPECT_EQ(s.run(stop, {3, 4}), 2);  // used again: nothing is left of the first time
  EXPECT_EQ(stop.stopped_epoch, -1);
  EXPECT_EQ(s.store.floats("w")[0], 1);
}

TEST(EarlyStopping, DefaultsKeepTheLastWeights) {
  scripted s;
  train::early_stopping stop;
  EXPECT_EQ(s.run(stop, {5, 4, 4, 3}), 3);
  EXPECT_EQ(s.store.floats("w")[0], 3);
}

TEST(EarlyStopping, DirectionAndDelta) {
  scripted s;
  train::early_stopping accuracy{.monitor = "val_accuracy", .patience = 1};
  EXPECT_EQ(s.run(accuracy, {0.5, 0.6, 0.7, 0.7, 0.9}, "val_accuracy"), 4);
  train::early_stopping lower{.monitor = "val_accuracy", .patience = 1, .mode = train::better::lower};
  EXPECT_EQ(s.run(lower, {0.5, 0.6, 0.7}, "val_accuracy"), 2);
  train::early_stopping delta{.patience = 1, .min_delta = 0.1};
  EXPECT_EQ(s.run(delta, {1, 0.95, 0.5}), 2);
  train::early_stopping unknown{.monitor = "val_f1"};
  EXPECT_EQ(
      error_of([&] { s.run(unknown, {1}); }),
      "early_stopping: monitor: expected one of 'val_accuracy', 'val_loss', got 'val_f1'; val_… needs .validation or .validation_split");
}

TEST(EarlyStopping, NanIsNoImprovement) {
  scripted s;
  train::early_stopping stop{.patience = 2, .restore_best_weights = true};
  EXPECT_EQ(s.run(stop, {0.0 / 0.0, 3, 0.0 / 0.0, 0.0 / 0.0, 1}), 4);
  EXPECT_EQ(s.store.floats("w")[0], 2);
}

TEST(EarlyStopping, InATraining) {
  softmax_program t;
  const train::dataset held_out = clouds(50, 2, 3.f);
  train::early_stopping stop{.patience = 3, .restore_best_weights = true};
  const auto h = train::fit(t, clouds(30), {.epochs = 300, .validation = &held_out, .progress = silent}, stop);
  EXPECT_LT(h.epochs(), 300);
  EXPECT_EQ(h.epochs(), stop.stopped_epoch + 1);
  EXPECT_EQ(stop.best.epoch, h.epochs() - 4);
  EXPECT_EQ(train::evaluate(t, held_out)["loss"], h.best("val_loss"));
}

TEST(Checkpoint, BestInMemoryAndFile) {
  softmax_program t, u;
  const std::string path = testing::TempDir() + "igata_checkpoint";
  const train::dataset held_out = clouds(50, 2, 3.f);
  train::checkpoint best{.path = path};
  const auto h = train::fit(t, clouds(30), {.epochs = 100, .validation = &held_out, .progress = silent}, best);
  ASSERT_GT(h["val_loss"].back(), h.best("val_loss"));
  const auto about = io::safetensors::load(path, u.variables()).about;
  EXPECT_EQ(about.at("epoch"), std::to_string(best.best.epoch + 1));
  EXPECT_EQ(train::evaluate(u, held_out)["loss"], h.best("val_loss"));
  best.weights.restore(t.variables());
  EXPECT_EQ(train::evaluate(t, held_out)["loss"], h.best("val_loss"));
  std::remove(path.c_str());
}

TEST(Checkpoint, ContinuesExactly) {
  const std::string path = testing::TempDir() + "igata_checkpoint_";
  softmax_program t, u;
  train::fit(t, clouds(), {.epochs = 3, .seed = 9, .progress = silent},
             train::checkpoint{.path = path + "{epoch}", .save_best_only = false, .roles = io::role_set::all()});
  io::safetensors::load(path + "1", u.variables(), {.roles = io::role_set::all()});
  train::fit(u, clouds(), {.epochs = 3, .first_epoch = 1, .seed = 9, .progress = silent});
  for (int i = 0; i < t.variables().size(); ++i)
    EXPECT_EQ(std::memcmp(t.variables()[i].memory.data(), u.variables()[i].memory.data(), t.variables()[i].memory.size()), 0);
  EXPECT_EQ(u.variables().at("optimizer/steps").ints()[0], 3 * 7);
  for (const char* epoch : {"1", "2", "3"}) EXPECT_EQ(std::remove((path + epoch).c_str()), 0);
}

TEST(LearningRateScheduler, SetsItBeforeEveryEpoch) {
  softmax_program t;
  const auto h = train::fit(t, clouds(), {.epochs = 3, .progress = silent},
                            train::learning_rate_scheduler{[](int epoch) { return 1.f / static_cast<float>(1 << epoch); }});
  EXPECT_EQ(h["learning_rate"], (std::vector<double>{1, 0.5, 0.25}));
  EXPECT_EQ(t.variables().floats("optimizer/learning_rate")[0], 0.25f);
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(), {.progress = silent}, train::learning_rate_scheduler{[](int) { return 1.f / 0.f; }}); }),
            "learning_rate_scheduler: epoch 1: expected a finite number, got inf; correct the schedule");
  EXPECT_NE(error_of([&] {
              train::fit(t, clouds(), {.progress = silent},
                         train::learning_rate_scheduler{.schedule = [](int) { return 1.f; }, .hyper = "momentum"});
            }).find("'momentum': expected one of 'optimizer/learning_rate'"),
            std::string::npos);
}

}  // namespace
