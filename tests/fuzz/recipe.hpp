// What a random graph is drawn from: a short list of numbers that shrinks, prints as code, and means the same at compile time and at run time.
#pragma once
#include <cstdint>

#include <igata/core/random.hpp>
#include <igata/core/vec.hpp>

namespace fuzz {
using namespace igata;
using namespace igata::plan;

// training; inference with bound weights; a program of an inference graph, which may keep state and draw random numbers.
enum class form : int { training, inference, program };

// One or a few primitives: which family, two earlier values, and what everything else is drawn from.
struct ingredient {
  int kind = 0, a = 0, b = 0;
  std::uint32_t word = 0;
};
struct recipe {
  form kind = form::training;
  std::uint32_t seed = 0;
  int most_rows = 1, rows = 1, outputs = 1;
  vec<ingredient> list;
  int most_points = 0, points = 0;  // of a dim beside n, where there is one
  bool in_f64 = false;              // as precision::fp64 has it

  // A few have images and layers of the size that Winograd's method is for.
  constexpr bool large() const { return seed % 128 == 127; }
};

// In an expression it is asked once: C++ leaves open which of two operands comes first.
class dice {
 public:
  constexpr explicit dice(std::uint32_t word) : word_(word) {}
  constexpr std::uint32_t bits() {
    if (left_ == 0) {
      const random_pair p = random_bits({word_, 17}, {calls_++, 0});
      kept_[0] = p.x, kept_[1] = p.y;
      left_ = 2;
    }
    return kept_[--left_];
  }
  constexpr int operator()(int low, int high) { return low + static_cast<int>(bits() % static_cast<std::uint32_t>(high - low + 1)); }
  constexpr bool one_in(int n) { return operator()(1, n) == 1; }

 private:
  std::uint32_t word_, calls_ = 0, kept_[2]{};
  int left_ = 0;
};

// `kinds`: of ingredients; of them `fewest` to `most`.
constexpr recipe recipe_of(std::uint32_t seed, form kind, int kinds, int fewest, int most) {
  dice d(seed * 3 + static_cast<std::uint32_t>(kind));
  recipe r;
  r.kind = kind;
  r.seed = seed;
  r.most_rows = r.large() ? d(4, 6) : d(1, 6);
  r.rows = d(1, r.most_rows);
  if (!r.large() && d.one_in(8)) r.most_rows = 2000;  // planned for a batch that makes loops in blocks of rows worth while
  r.outputs = d(1, 3);
  for (int i = r.large() ? fewest : d(fewest, most); i > 0; --i) r.list.push({d(0, kinds - 1), d(0, 255), d(0, 255), d.bits()});
  if (d.one_in(3)) {
    r.most_points = d.one_in(6) ? 900 : d(1, 9);
    r.points = d(1, r.most_points < 9 ? r.most_points : 9);
  }
  return r;
}

constexpr text& operator<<(text& t, const recipe& r) {
  constexpr std::string_view forms[] = {"training", "inference", "program"};
  t << "{form::" << forms[static_cast<int>(r.kind)] << ", " << static_cast<long long>(r.seed) << ", " << r.most_rows << ", " << r.rows << ", "
    << r.outputs << ", list({";
  for (const ingredient& i : r.list)
    t << (&i == r.list.begin() ? "" : ", ") << '{' << i.kind << ", " << i.a << ", " << i.b << ", " << static_cast<long long>(i.word) << '}';
  t << "})";
  if (r.most_points || r.in_f64) t << ", " << r.most_points << ", " << r.points;
  if (r.in_f64) t << ", true";
  return t << '}';
}
constexpr vec<ingredient> list(std::initializer_list<ingredient> items) {
  vec<ingredient> v;
  for (const ingredient& i : items) v.push(i);
  return v;
}

}  // namespace fuzz
