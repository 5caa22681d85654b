#include <igata/train/checkpoint.hpp>
#include <igata/train/early_stopping.hpp>
#include <igata/train/learning_rate_scheduler.hpp>
#include <igata/train/trainer.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <limits>
#include <utility>

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
  int run(auto& callback, const std::vector<double>& losses, const char* name = "val_loss", better which = better::lower) {
    c.measured = {};
    c.measured.set(name, which);
    c.epoch = 0;
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
  EXPECT_EQ(s.run(accuracy, {0.5, 0.6, 0.7, 0.7, 0.9}, "val_accuracy", better::higher), 4);
  train::early_stopping lower{.monitor = "val_accuracy", .patience = 1, .mode = train::better::lower};
  EXPECT_EQ(s.run(lower, {0.5, 0.6, 0.7}, "val_accuracy", better::higher), 2);
  train::early_stopping delta{.patience = 1, .min_delta = 0.1};
  EXPECT_EQ(s.run(delta, {1, 0.95, 0.5}), 2);
  train::early_stopping unknown{.monitor = "val_f1"};
  EXPECT_EQ(
      error_of([&] { s.run(unknown, {1}); }),
      "early_stopping: monitor: expected one of 'val_loss', got 'val_f1'; val_… needs .validation or .validation_split, a callback's own "
      "c.measured.set in on_train_begin");
  train::early_stopping either{.monitor = "val_auc", .patience = 1};
  EXPECT_EQ(error_of([&] { s.run(either, {1}, "val_auc", better::automatic); }),
            "early_stopping: mode: expected better::lower or better::higher, got automatic; 'val_auc' does not say whether more is better");
  either.mode = better::higher;
  EXPECT_EQ(s.run(either, {1, 2, 3, 2, 4}, "val_auc", better::automatic), 4);
  train::early_stopping negative{.patience = -1}, backwards{.min_delta = -0.5};
  EXPECT_EQ(error_of([&] { s.run(negative, {1}); }), "early_stopping: patience: expected 0 or more, got -1");
  EXPECT_EQ(error_of([&] { s.run(backwards, {1}); }), "early_stopping: min_delta: expected 0 or more, got -0.5");
}

// The one that Keras and Lightning use: patience counts the epochs without improvement that end a training, so 0 and 1 are the same.
TEST(EarlyStopping, PatienceCountsEpochsWithoutImprovement) {
  scripted s;
  for (const auto& [patience, epochs] : {std::pair{0, 2}, {1, 2}, {2, 3}, {3, 7}}) {
    train::early_stopping stop{.patience = patience};
    EXPECT_EQ(s.run(stop, {2, 3, 4, 1, 5, 5, 5, 5}), epochs) << patience;
  }
}

TEST(EarlyStopping, WrongMonitorEndsBeforeTheFirstEpoch) {
  softmax_program t;
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(), {.epochs = 2, .progress = silent}, train::early_stopping{}); }),
            "early_stopping: monitor: expected one of 'loss', 'accuracy', got 'val_loss'; val_… needs .validation or .validation_split, a "
            "callback's own c.measured.set in on_train_begin");
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(), {.epochs = 2, .progress = silent}, train::checkpoint{}); }).substr(0, 22),
            "checkpoint: monitor: e");
  EXPECT_TRUE(t.step_rows.empty());
  // Nothing is known of a hand-written program's metrics but that the first is the loss.
  EXPECT_EQ(
      error_of([&] { train::fit(t, clouds(), {.epochs = 2, .progress = silent}, train::early_stopping{.monitor = "accuracy"}); }),
      "early_stopping: mode: expected better::lower or better::higher, got automatic; 'accuracy' does not say whether more is better");
  EXPECT_TRUE(t.step_rows.empty());
  // A callback may announce its own; learning_rate_scheduler does.
  struct counted {
    void on_train_begin(train::context& c) { c.measured.set("count", better::higher); }
    void on_epoch_end(train::context& c) { c.values.set("count", c.epoch < 2 ? c.epoch : 2); }
  };
  train::early_stopping stop{.monitor = "count", .patience = 2};
  const auto h = train::fit(t, clouds(), {.epochs = 9, .progress = silent}, counted{}, stop);
  EXPECT_EQ(h.epochs(), 5);
  EXPECT_EQ(h.best("count"), 2);
  train::early_stopping rate{.monitor = "learning_rate", .mode = better::lower};
  EXPECT_EQ(train::fit(t, clouds(), {.epochs = 9, .progress = silent},
                       train::learning_rate_scheduler{[](int e) { return e < 3 ? 1.f / static_cast<float>(e + 1) : 1; }}, rate)
                .epochs(),
            4);
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

// Saves under a name with the epoch, so that what was saved when can be seen.
TEST(Checkpoint, Options) {
  scripted s;
  const std::string path = testing::TempDir() + "igata_checkpoint_options_{epoch}";
  const auto saved = [&](train::checkpoint c, const std::vector<double>& values, better which) {
    c.path = path;
    s.run(c, values, c.monitor.c_str(), which);
    std::string epochs;
    for (int e = 1; e <= static_cast<int>(values.size()); ++e)
      if (std::remove(c.path_of(e).c_str()) == 0) epochs += std::to_string(e);
    return epochs;
  };
  EXPECT_EQ(saved({}, {3, 2, 4, 1}, better::lower), "124");
  EXPECT_EQ(saved({}, {3, 2, 4, 1}, better::higher), "13");
  EXPECT_EQ(saved({.mode = better::higher}, {3, 2, 4, 1}, better::lower), "13");
  EXPECT_EQ(saved({.mode = better::lower}, {3, 2, 4, 1}, better::higher), "124");
  EXPECT_EQ(saved({.monitor = "val_x"}, {3, 2, 4, 1}, better::higher), "13");
  EXPECT_EQ(saved({.monitor = "val_auc", .mode = better::higher}, {3, 2, 4, 1}, better::automatic), "13");
  EXPECT_EQ(saved({.min_delta = 1.5}, {3, 2, 4, 1}, better::lower), "14");
  EXPECT_EQ(saved({.save_best_only = false}, {3, 2, 4, 1}, better::lower), "1234");
  EXPECT_EQ(error_of([&] { saved({.min_delta = -1}, {3}, better::lower); }), "checkpoint: min_delta: expected 0 or more, got -1");
}

TEST(Checkpoint, RolesAreWhatIsSaved) {
  softmax_program t, u;
  const std::string path = testing::TempDir() + "igata_checkpoint_roles";
  train::fit(t, clouds(), {.progress = silent}, train::checkpoint{.path = path, .monitor = "loss"});
  EXPECT_EQ(error_of([&] { io::safetensors::load(path, u.variables()); }), "no error");  // the model's alone
  EXPECT_NE(error_of([&] { io::safetensors::load(path, u.variables(), {.roles = io::role_set::all()}); }), "no error");
  std::remove(path.c_str());
}

// A second fit that goes on does not replace the best file by a worse epoch: neither with the same callback nor in another process.
TEST(Checkpoint, GoesOnFromTheBestSoFar) {
  const std::string path = testing::TempDir() + "igata_checkpoint_goes_on";
  std::remove(path.c_str());
  struct played {  // announces and plays given values
    std::vector<double> values;
    void on_train_begin(train::context& c) { c.measured.set("score", better::higher); }
    void on_epoch_end(train::context& c) { c.values.set("score", values[static_cast<std::size_t>(c.epoch)]); }
  };
  softmax_program t;
  played script{{1, 5.1, 3, 4, 6, 2}};
  const auto fit = [&](int from, int to, auto& best) {
    train::fit(t, clouds(), {.epochs = to, .first_epoch = from, .progress = silent}, script, best);
  };
  const auto in_file = [&] {
    softmax_program u;
    return io::safetensors::load(path, u.variables()).about.at("epoch");
  };
  train::checkpoint first{.path = path, .monitor = "score"};
  fit(0, 3, first);
  const float kernel = first.weights.variables().find("dense/kernel")->floats()[0];
  EXPECT_EQ(in_file(), "2");
  fit(3, 4, first);  // the same object
  EXPECT_EQ(first.best.epoch, 1);
  EXPECT_EQ(in_file(), "2");
  train::checkpoint second{.path = path, .monitor = "score"};  // another process
  fit(3, 4, second);
  EXPECT_EQ(second.best.epoch, 1);
  EXPECT_EQ(second.best.value, 5.1);
  EXPECT_EQ(second.weights.variables().find("dense/kernel")->floats()[0], kernel);
  EXPECT_EQ(in_file(), "2");
  fit(4, 6, second);
  EXPECT_EQ(in_file(), "5");
  train::checkpoint anew{.path = path, .monitor = "score"};  // from the first epoch: another training
  fit(0, 1, anew);
  EXPECT_EQ(in_file(), "1");
  train::checkpoint other{.path = path, .monitor = "loss"};
  EXPECT_EQ(error_of([&] { fit(3, 4, other); }),
            "checkpoint: " + path + ": expected a file that monitors 'loss', got another one; move it away or give another path");
  EXPECT_EQ(in_file(), "1");
  fit(0, 6, anew);
  train::checkpoint late{.path = path, .monitor = "score"};
  EXPECT_EQ(error_of([&] { fit(3, 4, late); }),
            "checkpoint: " + path + ": expected an epoch before .first_epoch = 3, got epoch 5; move it away or correct .first_epoch");
  std::remove(path.c_str());
}

TEST(EarlyStopping, GoesOn) {
  scripted s;
  train::early_stopping stop{.patience = 2, .restore_best_weights = true};
  EXPECT_EQ(s.run(stop, {5, 1, 2}), 3);
  s.c.epoch = 3;
  stop.on_train_begin(s.c);
  EXPECT_EQ(stop.best.epoch, 1);
  s.c.values.set("val_loss", 3);
  stop.on_epoch_end(s.c);
  EXPECT_TRUE(s.c.stop);  // the second epoch without improvement
  s.store.floats("w")[0] = 9;
  stop.on_train_end(s.c);
  EXPECT_EQ(s.store.floats("w")[0], 2);
  // Nothing was ever finite: patience counts from the first epoch of this fit.
  train::early_stopping fresh{.patience = 2};
  s.c.epoch = 3;
  s.c.stop = false;
  fresh.on_train_begin(s.c);
  s.c.values.set("val_loss", std::numeric_limits<double>::infinity());
  fresh.on_epoch_end(s.c);
  EXPECT_FALSE(s.c.stop);
  ++s.c.epoch;
  fresh.on_epoch_end(s.c);
  EXPECT_TRUE(s.c.stop);
}

// A training that another process takes up, behind any of its epochs, ends as one that was never interrupted: what callbacks keep is in the file.
TEST(Resume, AsIfNothingHadHappened) {
  const std::string path = testing::TempDir() + "igata_resume_", file = path + "last";
  struct played {
    void on_train_begin(train::context& c) { c.measured.set("score", better::higher); }
    void on_epoch_end(train::context& c) {
      const double values[] = {1, 5.1, 3, 6, 2, 4, 5, 9};
      c.values.set("score", values[c.epoch]);
    }
  };
  struct count_batches {  // a callback of the user's own that keeps something
    std::string at{};
    std::int64_t seen = 0;
    void on_train_begin(train::context& c) { at = c.keep("count_batches", "n"); }
    void on_batch_end(train::context& c) { seen = ++c.kept.add(at, role::stream, i64, {}).values<std::int64_t>()[0]; }
  };
  struct outcome {
    softmax_program t;
    train::early_stopping patient{.monitor = "score", .patience = 3, .restore_best_weights = true}, hasty{.monitor = "score", .patience = 99};
    train::checkpoint in_memory{.monitor = "score"};
    count_batches counter;
    std::string run(int epochs, const std::string& last, const std::string& from, int first = 0) {
      train::checkpoint saved{.path = last, .save_best_only = false, .roles = io::role_set::all()};
      return error_of([&] {
        train::fit(t, clouds(), {.epochs = epochs, .first_epoch = first, .resume = from, .seed = 9, .progress = silent}, played{}, patient, hasty,
                   in_memory, counter, saved);
      });
    }
  };
  outcome whole;
  EXPECT_EQ(whole.run(8, path + "{epoch}", ""), "no error");
  EXPECT_EQ(whole.patient.stopped_epoch, 6);
  for (int done = 1; done <= 6; ++done) {
    outcome rest;
    EXPECT_EQ(rest.run(8, file, path + std::to_string(done)), "no error") << done;
    EXPECT_EQ(rest.patient.stopped_epoch, 6) << done;
    EXPECT_EQ(rest.patient.best.epoch, 3) << done;
    EXPECT_EQ(rest.hasty.best.value, 6) << done;
    EXPECT_EQ(rest.in_memory.best.value, 6) << done;
    EXPECT_EQ(rest.counter.seen, 7 * 7) << done;
    for (const variable_store* store : {&std::as_const(rest.t.variables()), &rest.in_memory.weights.variables()})
      for (const auto& e : *store)
        EXPECT_EQ(std::memcmp(e.memory.data(), whole.t.variables().at(e.path).memory.data(), e.memory.size()), 0) << done << e.path;
  }
  // In parts, with the objects of the first part.
  outcome parts;
  EXPECT_EQ(parts.run(5, file, ""), "no error");
  EXPECT_EQ(parts.run(8, file, file), "no error");
  EXPECT_EQ(parts.patient.stopped_epoch, 6);
  EXPECT_EQ(parts.patient.best.value, 6);
  // By hand, with the same objects; then in another process.
  outcome by_hand, after;
  EXPECT_EQ(by_hand.run(4, file, ""), "no error");
  EXPECT_EQ(by_hand.run(5, file, "", 4), "no error");
  EXPECT_EQ(after.run(8, file, file), "no error");
  EXPECT_EQ(after.patient.stopped_epoch, 6);
  EXPECT_EQ(after.patient.best.epoch, 3);
  EXPECT_EQ(after.in_memory.best.value, 6);

  outcome done;
  EXPECT_EQ(done.run(7, file, path + "7"), "fit: resume: " + path + "7: expected an epoch from 1 to 6, got 7; .epochs counts the done ones too");
  EXPECT_EQ(done.t.variables().at("optimizer/steps").ints()[0], 0);
  io::safetensors::save(file, whole.t.variables(), {.roles = io::role_set::all()});
  EXPECT_EQ(done.run(7, file, file),
            "fit: resume: " + file + ": expected a checkpoint's file, which says its epoch, got another one; load it and give .first_epoch");
  EXPECT_EQ(error_of([&] { train::fit(done.t, clouds(), {.epochs = 3, .first_epoch = 1, .resume = file}); }),
            "fit: resume: expected .resume or .first_epoch, got both; leave one out");
  EXPECT_EQ(error_of([&] {
              train::fit(done.t, clouds(), {.progress = silent},
                         train::checkpoint{.path = file, .save_best_only = false, .roles = io::role_set::all()},
                         train::early_stopping{.monitor = "loss"});
            }),
            "early_stopping: expected in front of the checkpoint that saves its state, got behind it; change the order of fit's callbacks");
  std::remove((path + "1").c_str());
  train::fit(done.t, clouds(), {.epochs = 2, .progress = silent}, train::early_stopping{.monitor = "loss", .patience = 9},
             train::checkpoint{.path = path + "{epoch}", .save_best_only = false, .roles = io::role_set::all()});
  EXPECT_EQ(error_of([&] {
              train::fit(done.t, clouds(), {.epochs = 2, .resume = path + "1", .progress = silent},
                         train::early_stopping{.monitor = "loss", .patience = 9, .restore_best_weights = true});
            }),
            "early_stopping: restore_best_weights: expected the weights of epoch 1, got a file without them; it was saved without "
            ".restore_best_weights");
  for (int i = 1; i <= 7; ++i) std::remove((path + std::to_string(i)).c_str());
  std::remove(file.c_str());
}

// Nothing of a long training is lost by a disk that is full.
TEST(Checkpoint, CannotBeWritten) {
  const std::string path = testing::TempDir() + "igata_no_such_folder/best";
  softmax_program t;
  train::checkpoint best{.path = path, .monitor = "loss"};
  train::early_stopping stop{.monitor = "loss", .patience = 9, .restore_best_weights = true};
  try {
    train::fit(t, clouds(), {.epochs = 3, .progress = silent}, train::early_stopping{.monitor = "loss"}, best, stop);
    FAIL();
  } catch (const train::interrupted& e) {
    EXPECT_EQ(e.past().epochs(), 0);
    EXPECT_NE(std::string(e.what()).find("cannot be written"), std::string::npos) << e.what();
  }
  EXPECT_FALSE(best.weights.empty());
  EXPECT_EQ(best.write_errors, 1);
  train::checkpoint on{.path = path, .monitor = "loss", .ignore_write_errors = true};
  testing::internal::CaptureStderr();
  const auto h = train::fit(t, clouds(), {.epochs = 3, .progress = silent}, on);
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(h.epochs(), 3);
  EXPECT_EQ(on.write_errors, 3);
  EXPECT_TRUE(told.starts_with("checkpoint: ") && told.ends_with(" (the training goes on)\n")) << told;
}
TEST(Checkpoint, TriesAgain) {
  const std::string path = testing::TempDir() + "igata_checkpoint_tries_again";
  softmax_program t, u;
  struct played {
    std::string path;
    void on_train_begin(train::context& c) { c.measured.set("score", better::higher); }
    void on_epoch_end(train::context& c) {
      c.values.set("score", c.epoch == 1 ? 2 : 1);  // the second epoch is the best
      if (c.epoch == 0) std::filesystem::create_directory(path + "/");
      if (c.epoch == 2) std::filesystem::remove(path);
    }
  };
  std::filesystem::remove_all(path);
  train::checkpoint best{.path = path, .monitor = "score", .ignore_write_errors = true};
  testing::internal::CaptureStderr();
  train::fit(t, clouds(), {.epochs = 3, .progress = silent}, played{path}, best);
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(best.write_errors, 2);
  EXPECT_EQ(io::safetensors::load(path, u.variables()).about.at("epoch"), "2");
  std::filesystem::remove(path);
}

// Whatever ends a training, its history and its best weights are there.
TEST(Fit, KeepsTheHistoryAndBestWeights) {
  softmax_program t;
  std::vector<float> best;
  struct breaks {
    std::vector<float>& at_best;
    void on_epoch_end(train::context& c) {
      const auto kernel = c.variables.floats("dense/kernel");
      if (c.epoch == 1) at_best.assign(kernel.begin(), kernel.end());
    }
    void on_batch_end(train::context& c) {
      if (c.epoch == 2) c.variables.floats("dense/kernel")[0] = std::numeric_limits<float>::quiet_NaN();
    }
  };
  try {
    train::fit(t, clouds(), {.epochs = 9, .progress = silent}, breaks{best},
               train::early_stopping{.monitor = "loss", .patience = 9, .restore_best_weights = true});
    FAIL();
  } catch (const train::interrupted& e) {
    EXPECT_EQ(e.past().epochs(), 2);
    EXPECT_GT(e.past()["loss"][0], e.past()["loss"][1]);
    EXPECT_TRUE(std::string(e.what()).ends_with("(a callback has restored them)")) << e.what();
  }
  const auto kernel = t.variables().floats("dense/kernel");
  EXPECT_EQ(std::vector<float>(kernel.begin(), kernel.end()), best);
  struct strange {
    bool& told;
    void on_epoch_end(train::context&) { throw 7; }
    void on_train_error(train::context&) { told = true; }
  };
  bool told = false;
  EXPECT_THROW(train::fit(t, clouds(), {.progress = silent}, strange{told}), int);
  EXPECT_TRUE(told);
}

TEST(Snapshot, RefusesAnotherModel) {
  variable_store a, b;
  a.add("w", role::weight, f32, {2});
  b.add("w", role::weight, f32, {3});
  train::snapshot s;
  s.take(a);
  EXPECT_EQ(error_of([&] { s.restore(b); }), "snapshot: w: expected f32[3], got f32[2]; it was taken from another model");
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
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(), {.progress = silent}, train::learning_rate_scheduler{}); }),
            "learning_rate_scheduler: schedule: expected a function of the epoch, got none");
  EXPECT_NE(error_of([&] {
              train::fit(t, clouds(), {.progress = silent},
                         train::learning_rate_scheduler{.schedule = [](int) { return 1.f; }, .hyper_parameter = "momentum"});
            }).find("'momentum': expected one of 'optimizer/learning_rate'"),
            std::string::npos);
}

}  // namespace
