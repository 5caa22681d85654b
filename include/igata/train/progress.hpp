// How far a training is: a bar that redraws itself on a terminal, a line per epoch elsewhere.
//
//   epoch  3/10 [========>-----------]  41%  loss 0.1534  accuracy 0.9521  52.1k rows/s  ETA 4s
#pragma once
#include <chrono>   // steady_clock
#include <cstddef>  // size_t
#include <cstdint>  // uint8_t
#include <cstdio>   // FILE, fwrite, snprintf
#include <string>   // string
#if __has_include(<unistd.h>)
#include <unistd.h>  // isatty
#define IGATA_HAS_ISATTY 1
#endif

#include "../engine/decimal.hpp"
#include "callback.hpp"

namespace igata::inline IGATA_ABI::train {

enum class progress_mode : std::uint8_t { automatic, silent, lines, bar };  // automatic: a bar where the output is a terminal

namespace detail {

template <class... Args>
std::string printed(const char* format, Args... args) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, args...);
  return buffer;
}
inline std::string number(double x) {
  const double size = x < 0 ? -x : x;
  return decimal(x, size != 0 && (size < 1e-3 || size >= 1e5) ? "%.3e" : "%.4f");
}
inline std::string duration(double seconds) {
  if (seconds < 10) return decimal(seconds, "%.1f") + 's';
  const long long s = seconds < 1e9 ? static_cast<long long>(seconds + 0.5) : 1000000000;
  if (s < 60) return printed("%llds", s);
  if (s < 3600) return printed("%lldm%02llds", s / 60, s % 60);
  return printed("%lldh%02lldm", s / 3600, s / 60 % 60);
}
inline std::string rate(double per_second) {
  if (per_second >= 1e6) return decimal(per_second / 1e6, "%.1f") + "M rows/s";
  if (per_second >= 1e3) return decimal(per_second / 1e3, "%.1f") + "k rows/s";
  return decimal(per_second, "%.0f") + " rows/s";
}
inline std::string epoch_of(const context& c) {
  const std::string last = std::to_string(c.epochs);
  std::string now = std::to_string(c.epoch + 1);
  now.insert(0, last.size() - (now.size() < last.size() ? now.size() : last.size()), ' ');
  return "epoch " + now + '/' + last;
}
inline std::string values_of(const context& c) {
  std::string s;
  for (const auto& [name, value] : c.values) s += "  " + name + ' ' + number(value);
  return s;
}

}  // namespace detail

// One finished epoch.
inline std::string epoch_line(const context& c, double seconds) {
  return detail::epoch_of(c) + "  " + detail::duration(seconds) + detail::values_of(c) + "  " +
         detail::rate(seconds > 0 ? c.row / seconds : 0);
}
// Somewhere in an epoch.
inline std::string bar_line(const context& c, double seconds) {
  constexpr int width = 20;
  const double share = c.rows > 0 ? static_cast<double>(c.row) / c.rows : 1;
  const int done = static_cast<int>(share * width);
  std::string bar(static_cast<std::size_t>(done), '=');
  if (done < width) bar += '>';
  bar.resize(width, '-');
  return detail::epoch_of(c) + " [" + bar + "] " + decimal(100 * share, "%3.0f") + '%' + detail::values_of(c) + "  " +
         detail::rate(seconds > 0 ? c.row / seconds : 0) + "  ETA " + detail::duration(share > 0 ? seconds / share - seconds : 0);
}

class progress final : public callback {
 public:
  explicit progress(progress_mode mode = progress_mode::automatic, std::FILE* out = stdout) : mode_(mode), out_(out) {
    if (mode_ != progress_mode::automatic) return;
    mode_ = progress_mode::lines;
#ifdef IGATA_HAS_ISATTY
    if (isatty(fileno(out_))) mode_ = progress_mode::bar;
#endif
  }
  void on_epoch_begin(context&) override {
    begin_ = drawn_ = clock::now();
    shown_ = 0;
  }
  void on_batch_end(context& c) override {
    if (mode_ != progress_mode::bar) return;
    const auto now = clock::now();
    if (shown_ > 0 && now - drawn_ < std::chrono::milliseconds(50)) return;  // a terminal is slower than a small model
    drawn_ = now;
    draw(bar_line(c, since(begin_)), false);
  }
  void on_epoch_end(context& c) override {
    if (mode_ != progress_mode::silent) draw(epoch_line(c, since(begin_)), true);
  }

 private:
  using clock = std::chrono::steady_clock;
  static double since(clock::time_point t) { return std::chrono::duration<double>(clock::now() - t).count(); }

  void draw(std::string line, bool last) {
    const std::size_t length = line.size();
    if (mode_ == progress_mode::bar) {
      if (length < shown_) line.append(shown_ - length, ' ');  // over what was there
      line.insert(0, 1, '\r');
    }
    if (last) line += '\n';
    shown_ = length;
    std::fwrite(line.data(), 1, line.size(), out_);
    std::fflush(out_);
  }

  progress_mode mode_;
  std::FILE* out_;
  clock::time_point begin_{}, drawn_{};
  std::size_t shown_ = 0;
};

}  // namespace igata::inline IGATA_ABI::train

#undef IGATA_HAS_ISATTY
