#include <igata/train/progress.hpp>
#include <igata/train/trainer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

TEST(Progress, ABarOfAWidth) {
  variable_store s;
  train::context c{.variables = s, .epochs = 10, .epoch = 2, .rows = 1000, .row = 410};
  c.values.set("loss", 0.15342);
  c.values.set("genauigkeit_ü", 0.9521);
  const std::string whole = train::bar_line(c, 2);
  EXPECT_EQ(train::bar_line(c, 2, 1000), whole);
  EXPECT_EQ(train::bar_line(c, 2, 200), whole);
  const std::size_t columns = whole.size() - 1;  // the ü has two bytes
  EXPECT_EQ(train::bar_line(c, 2, columns), whole);
  EXPECT_EQ(train::bar_line(c, 2, columns - 10), "epoch  3/10 [====>-----]  41%  loss 0.1534  genauigkeit_ü 0.9521  205 rows/s  ETA 2.9s");
  EXPECT_EQ(train::bar_line(c, 2, columns - 15), "epoch  3/10 [==>--]  41%  loss 0.1534  genauigkeit_ü 0.9521  205 rows/s  ETA 2.9s");
  EXPECT_EQ(train::bar_line(c, 2, columns - 16), "epoch  3/10 [========>-----------]  41%  loss 0.1534  genauigkeit_ü 0.9521");
  EXPECT_EQ(train::bar_line(c, 2, 48), "epoch  3/10 [==>--]  41%  loss 0.1534  genauigke");
  EXPECT_EQ(train::bar_line(c, 2, 3), "epo");
  EXPECT_EQ(train::detail::cut("aüb", 2), "aü");
}

// What a terminal of so many columns is sent, from one \r to the next; 0: it does not know.
std::vector<std::string> on_terminal(unsigned short columns) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  EXPECT_TRUE(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
  std::FILE* out = std::fopen(ptsname(terminal), "w");
  winsize size{};
  size.ws_col = columns;
  EXPECT_EQ(ioctl(terminal, TIOCSWINSZ, &size), 0);
  std::string all;
  std::thread reader([&] {
    char part[4096];
    for (ssize_t n; (n = read(terminal, part, sizeof part)) > 0;) all.append(part, static_cast<std::size_t>(n));
  });
  fake::softmax_program t;
  train::fit(t, fake::clouds(), {.epochs = 3, .batch_size = 1, .validation_split = 0.2, .output = out});
  EXPECT_EQ(train::detail::width_of(out), columns ? columns : train::detail::width_of(out));
  std::fclose(out);
  reader.join();
  close(terminal);
  std::vector<std::string> lines(1);
  for (const char c : all) {
    if (c == '\r' || c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}
std::size_t longest_bar(const std::vector<std::string>& lines) {
  std::size_t longest = 0;
  int bars = 0;
  for (const std::string& line : lines)
    if (line.find('[') != line.npos) longest = std::max(longest, line.size()), ++bars;
  EXPECT_GE(bars, 3);
  return longest;
}

TEST(Progress, AsksTheTerminalForItsWidth) {
  EXPECT_EQ(longest_bar(on_terminal(30)), 29u);
  EXPECT_LE(longest_bar(on_terminal(60)), 59u);
  EXPECT_GT(longest_bar(on_terminal(60)), 45u);
  EXPECT_GT(longest_bar(on_terminal(200)), 70u);
  setenv("COLUMNS", "33", 1);
  EXPECT_EQ(longest_bar(on_terminal(0)), 32u);
  EXPECT_EQ(longest_bar(on_terminal(31)), 30u);  // a terminal that knows is believed
  setenv("COLUMNS", "3x", 1);
  EXPECT_LE(longest_bar(on_terminal(0)), 79u);
  unsetenv("COLUMNS");
  EXPECT_LE(longest_bar(on_terminal(0)), 79u);
  std::FILE* file = std::tmpfile();
  EXPECT_EQ(train::detail::width_of(file), 0u);
  std::fclose(file);
}

}  // namespace
