// How far a training is: a bar that redraws itself on a terminal, a line per epoch elsewhere.
//
//   epoch  3/10 [========>-----------]  41%  loss 0.1534  accuracy 0.9521  52.1k rows/s  ETA 4s
#pragma once
#include <chrono>   // steady_clock
#include <cstddef>  // size_t
#include <cstdint>  // uint8_t
#include <cstdio>   // FILE, fileno, fwrite, snprintf
#include <cstdlib>  // getenv
#include <string>   // string
#if defined(_WIN32)
#include <io.h>  // _get_osfhandle

#include "../io/windows.hpp"
#elif __has_include(<unistd.h>)
#include <unistd.h>  // isatty
#define IGATA_HAS_ISATTY 1
#endif
#if __has_include(<sys/ioctl.h>) && !defined(__wasi__)
#include <sys/ioctl.h>  // TIOCGWINSZ
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

// Cut behind so many characters of UTF-8.
inline std::string cut(std::string s, std::size_t most) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < s.size(); ++i)
    if ((static_cast<unsigned char>(s[i]) & 0xc0) != 0x80 && ++characters > most) {
      s.resize(i);
      break;
    }
  return s;
}
// The columns of a terminal: what it says, else what COLUMNS says, else 80. 0 of what is none: there is no limit.
inline std::size_t width_of([[maybe_unused]] std::FILE* out) {
#if defined(_WIN32)
  short info[11];  // CONSOLE_SCREEN_BUFFER_INFO, where 5 and 7 are the first and the last column of the window
  const bool console =
      GetConsoleScreenBufferInfo(reinterpret_cast<void*>(_get_osfhandle(_fileno(out))), reinterpret_cast<_CONSOLE_SCREEN_BUFFER_INFO*>(info));
  return console && info[7] >= info[5] ? static_cast<std::size_t>(info[7] - info[5] + 1) : 0;
#elif defined(IGATA_HAS_ISATTY)
  const int file = fileno(out);
  if (!isatty(file)) return 0;
#ifdef TIOCGWINSZ
  winsize size{};
  if (ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
#endif
  if (const char* columns = std::getenv("COLUMNS")) {
    std::size_t width = 0;
    for (; *columns >= '0' && *columns <= '9' && width < 10000; ++columns) width = width * 10 + static_cast<std::size_t>(*columns - '0');
    if (width > 0 && !*columns) return width;
  }
  return 80;
#else
  return 0;
#endif
}

}  // namespace detail

// One finished epoch.
inline std::string epoch_line(const context& c, double seconds) {
  return detail::epoch_of(c) + "  " + detail::duration(seconds) + detail::values_of(c) + "  " +
         detail::rate(seconds > 0 ? c.row / seconds : 0);
}
// Somewhere in an epoch; of at most `width` columns, if that is not 0: a shorter bar, then without the rate and the time, then cut.
inline std::string bar_line(const context& c, double seconds, std::size_t width = 0) {
  constexpr int longest = 20, shortest_bar = 5;
  const double share = c.rows > 0 ? static_cast<double>(c.row) / c.rows : 1;
  const auto line = [&](int length, bool whole) {
    const int done = static_cast<int>(share * length);
    std::string bar(static_cast<std::size_t>(done), '=');
    if (done < length) bar += '>';
    bar.resize(static_cast<std::size_t>(length), '-');
    std::string s = detail::epoch_of(c) + " [" + bar + "] " + decimal(100 * share, "%3.0f") + '%' + detail::values_of(c);
    if (whole)
      s += "  " + detail::rate(seconds > 0 ? c.row / seconds : 0) + "  ETA " + detail::duration(share > 0 ? seconds / share - seconds : 0);
    return s;
  };
  const auto fits = [&](const std::string& s) { return width == 0 || detail::cut(s, width).size() == s.size(); };
  for (const bool whole : {true, false})
    for (int length = longest; length >= shortest_bar; --length)
      if (std::string s = line(length, whole); fits(s)) return s;
  return detail::cut(line(shortest_bar, false), width);
}

class progress final : public callback {
 public:
  explicit progress(progress_mode mode = progress_mode::automatic, std::FILE* out = stdout) : mode_(mode), out_(out) {
    if (mode_ != progress_mode::automatic) return;
    mode_ = progress_mode::lines;
    if (detail::width_of(out_) > 0) mode_ = progress_mode::bar;
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
    const std::size_t columns = detail::width_of(out_);  // a window may change
    draw(bar_line(c, since(begin_), columns > 1 ? columns - 1 : columns), false);  // a full line wraps on some terminals
  }
  void on_epoch_end(context& c) override {
    if (mode_ != progress_mode::silent) draw(epoch_line(c, since(begin_)), true);
  }

 private:
  using clock = std::chrono::steady_clock;
  static double since(clock::time_point t) { return std::chrono::duration<double>(clock::now() - t).count(); }

  void draw(std::string line, bool last) {
    std::size_t length = 0;
    for (const char byte : line) length += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
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
