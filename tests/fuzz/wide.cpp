// Random graphs of all types, with lanes of 64 bits too, and such as compute in f64 wherever they are drawn in f32, as precision::fp64 has them: as
// run_time.cpp takes those of 32 bits. IGATA_FUZZ_SEEDS, IGATA_FUZZ_FIRST: as there.
#include <cstdlib>

#include <igata/f64.hpp>

#include "../sanitized.hpp"
#include "execute.hpp"

namespace {
using namespace fuzz;

constexpr int enough = 300;
int from_environment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}
const int first = from_environment("IGATA_FUZZ_FIRST", 0), seeds = from_environment("IGATA_FUZZ_SEEDS", IGATA_TEST_SANITIZED ? 20 : enough);

tally run(form kind, bool in_f64) {
  tally t;
  int failed = 0;
  for (int i = first; i < first + seeds && failed < 3; ++i) {
    recipe r = recipe_of(static_cast<std::uint32_t>(i), kind, in_f64 ? drawing::kinds_of_f32 : drawing::kinds_of_all, 3, 26);
    r.in_f64 = in_f64;
    failed += !is_right(r, t);
  }
  std::printf("%ld graphs, %ld elements, %ld of them loose; %ld wide steps, %ld by rows, %ld sessions\n", t.graphs, t.elements, t.loose, t.wide,
              t.rows, t.sessions);
  EXPECT_LT(t.loose, t.elements / 20);
  EXPECT_GT(t.wide, 2 * t.graphs);
  EXPECT_GT(t.sessions, t.graphs / 2);
  for (int i = 0; i < 13 && !in_f64 && seeds >= enough; ++i) EXPECT_GT(t.of_type[i], 0) << name_of(static_cast<dtype>(i));
  return t;
}
TEST(fuzz, training) { run(form::training, false); }
TEST(fuzz, inference) { run(form::inference, false); }
TEST(fuzz, program) { run(form::program, false); }
TEST(fuzz_in_f64, training) { run(form::training, true); }
TEST(fuzz_in_f64, inference) { run(form::inference, true); }
TEST(fuzz_in_f64, program) { run(form::program, true); }

}  // namespace
