#include <igata/train/progress.hpp>
#include <igata/train/trainer.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include "softmax_program.hpp"

namespace {
using namespace igata;

TEST(Progress, Lines) {
  variable_store s;
  train::context c{.variables = s, .epochs = 10, .epoch = 2, .rows = 1000, .row = 410};
  c.values.set("loss", 0.15342);
  c.values.set("accuracy", 0.9521);
  EXPECT_EQ(train::bar_line(c, 2), "epoch  3/10 [========>-----------]  41%  loss 0.1534  accuracy 0.9521  205 rows/s  ETA 2.9s");
  c.row = 1000;
  EXPECT_EQ(train::bar_line(c, 0.01), "epoch  3/10 [====================] 100%  loss 0.1534  accuracy 0.9521  100.0k rows/s  ETA 0.0s");
  c.epoch = 9;
  c.values.set("val_loss", 0.00012);
  EXPECT_EQ(train::epoch_line(c, 100), "epoch 10/10  1m40s  loss 0.1534  accuracy 0.9521  val_loss 1.200e-04  10 rows/s");
  c.row = 0;
  EXPECT_EQ(train::bar_line(c, 0).substr(0, 40), "epoch 10/10 [>-------------------]   0% ");
}

TEST(Progress, Durations) {
  EXPECT_EQ(train::detail::duration(0.04), "0.0s");
  EXPECT_EQ(train::detail::duration(59.4), "59s");
  EXPECT_EQ(train::detail::duration(61), "1m01s");
  EXPECT_EQ(train::detail::duration(3600 * 30 + 60), "30h01m");
  EXPECT_EQ(train::detail::rate(2.5e6), "2.5M rows/s");
  EXPECT_EQ(train::detail::number(0), "0.0000");
  EXPECT_EQ(train::detail::number(123456), "1.235e+05");
}

std::string output_of(train::progress_mode mode) {
  std::FILE* out = std::tmpfile();
  fake::softmax_program t;
  train::fit(t, fake::clouds(), {.epochs = 2, .validation_split = 0.2, .progress = mode, .output = out});
  std::string all(static_cast<std::size_t>(std::ftell(out)), '\0');
  std::rewind(out);
  EXPECT_EQ(std::fread(all.data(), 1, all.size(), out), all.size());
  std::fclose(out);
  return all;
}

TEST(Progress, PlainWhereThereIsNoTerminal) {
  const std::string all = output_of(train::progress_mode::automatic);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 2);
  EXPECT_EQ(all.find('\r'), std::string::npos);
  std::size_t at = 0;
  for (const char* part :
       {"epoch 1/2  0.", "s  loss ", "  accuracy ", "  val_loss ", "  val_accuracy ", " rows/s\nepoch 2/2  0.", " rows/s\n"}) {
    at = all.find(part, at);
    EXPECT_NE(at, std::string::npos) << part << " in " << all;
  }
  EXPECT_EQ(output_of(train::progress_mode::silent), "");
}

TEST(Progress, BarRedrawsItsLine) {
  const std::string all = output_of(train::progress_mode::bar);
  EXPECT_EQ(all.front(), '\r');
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 2);
  EXPECT_GE(std::count(all.begin(), all.end(), '\r'), 4);
  EXPECT_NE(all.find("\repoch 1/2 [====>"), std::string::npos) << all;
}

}  // namespace
