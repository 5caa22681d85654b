// Plans as files: what is read is what was written, and what is no such file, another program's or damaged is refused in one line.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include <igata/igata.hpp>
#include <igata/io.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

template <int Units>
struct net {
  constexpr value operator()(value x) const {
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 4, .kernel = 3})), {.size = 2});
    return softmax(nn::dense(nn::flatten(x), {.units = Units}));
  }
};
template <int Units>
using net_t = inference<net<Units>{}, in<"image", 6, 6, 1>, max_batch{3}>;
using trained_t = training<net<3>{}, in<"image", 6, 6, 1>, labels<"class", f32, 0, 3>, loss::mse{}, optim::adam{}>;

struct planned_graph {
  graph main;
  execution_plan made;
};
template <class Net>
planned_graph of() {
  using code = typename Net::code;
  return {code::main().thaw(), code::plan.thaw()};
}
const planned_graph& small() {
  static const planned_graph made = of<net_t<3>>();
  return made;
}

void expect_same(const execution_plan& got, const execution_plan& want) {
  EXPECT_EQ(got.arena, want.arena);
  EXPECT_EQ(got.records, want.records);
  EXPECT_EQ(got.scratch, want.scratch);
  EXPECT_EQ(got.max_batch, want.max_batch);
  EXPECT_EQ(got.arena_without_reuse, want.arena_without_reuse);
  EXPECT_TRUE(got.failure.empty());
  ASSERT_EQ(got.steps.size(), want.steps.size());
  for (int i = 0; i < want.steps.size(); ++i) {
    const plan_step &a = got.steps[i], &b = want.steps[i];
    EXPECT_TRUE(a.kind == b.kind && a.program == b.program && a.first == b.first && a.record == b.record && a.group == b.group && a.work == b.work &&
                a.together == b.together && a.row == b.row)
        << i;
  }
  ASSERT_EQ(got.ints.size(), want.ints.size());
  for (int i = 0; i < want.ints.size(); ++i) EXPECT_EQ(got.ints[i], want.ints[i]);
  ASSERT_EQ(got.programs.size(), want.programs.size());
  for (int i = 0; i < want.programs.size(); ++i) EXPECT_TRUE(got.programs[i] == want.programs[i]) << i;
  ASSERT_EQ(got.constants.size(), want.constants.size());
  for (int i = 0; i < want.constants.size(); ++i) EXPECT_EQ(got.constants[i], want.constants[i]);
}
std::string refusal(const graph& g, std::string_view bytes) {
  try {
    io::plan_file::from_bytes(g, bytes, "some.plan");
  } catch (const error& e) {
    return e.what();
  }
  return "";
}

TEST(plan_file, gives_back_what_it_was_given) {
  for (const planned_graph& p : {of<net_t<3>>(), of<trained_t>()})
    expect_same(io::plan_file::from_bytes(p.main, io::plan_file::to_bytes(p.main, p.made), "some.plan"), p.made);
  const std::string path = ::testing::TempDir() + "/igata.plan";
  io::plan_file::save<net_t<3>>(path);
  expect_same(io::plan_file::load<net_t<3>>(path), small().made);
  try {
    io::plan_file::load<net_t<5>>(path);
    FAIL() << "the plan of another program";
  } catch (const error& e) {
    EXPECT_EQ(e.what(), path + ": plan: it is the plan of another program; save this program's");
  }
  std::remove(path.c_str());
}

TEST(plan_file, refuses_what_it_does_not_know) {
  const graph& g = small().main;
  const std::string bytes = io::plan_file::to_bytes(g, small().made);
  EXPECT_EQ(refusal(g, ""), "some.plan: plan: expected a plan of igata, got another kind of file; save it with io::plan_file::save");
  EXPECT_EQ(refusal(g, std::string(200, 'x')), refusal(g, ""));
  EXPECT_EQ(refusal(g, bytes.substr(0, 40)), "some.plan: plan: the file is cut short; copy it again");
  EXPECT_EQ(refusal(g, bytes.substr(0, bytes.size() - 1)), "some.plan: plan: the file is cut short or damaged; copy it again");
  std::string other = bytes;
  other[16] = 3;
  EXPECT_EQ(refusal(g, other), "some.plan: plan: format: expected 2, got 3; save it with this version of igata");
  for (std::size_t i = 20; i < bytes.size(); ++i) {
    other = bytes;
    other[i] ^= 0x10;
    EXPECT_EQ(refusal(g, other), "some.plan: plan: the file is cut short or damaged; copy it again") << i;
  }
}

// With a hash that fits: what somebody wrote who meant harm, or another version.
std::string signed_again(std::string bytes) {
  hasher h;
  bytes.resize(bytes.size() - 8);
  io::plan_file::detail::operator<<(h, std::string_view(bytes));
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(h.state >> 8 * i & 255);
  return bytes;
}
TEST(plan_file, does_not_trust_what_it_reads) {
  const graph& g = small().main;
  const std::string bytes = io::plan_file::to_bytes(g, small().made);
  EXPECT_EQ(signed_again(bytes), bytes);
  const auto changed = [&](std::size_t at, char to) {
    std::string other = bytes;
    other[at] = to;
    return refusal(g, signed_again(other));
  };
  constexpr std::size_t graph_hash = 20, kernels = 28, counts = 56, steps = counts + 16;
  EXPECT_EQ(changed(graph_hash, static_cast<char>(bytes[graph_hash] + 1)), "some.plan: plan: it is the plan of another program; save this program's");
  EXPECT_EQ(changed(kernels, static_cast<char>(bytes[kernels] + 1)),
            "some.plan: plan: its kernels are not this version's; save it with this version of igata");
  EXPECT_EQ(changed(counts, 1), "some.plan: plan: its counts do not fit its size; save it again");
  EXPECT_EQ(changed(steps, 120), "some.plan: plan: step 0 has no kernel; save it again");
  EXPECT_EQ(changed(steps, static_cast<char>(step_kind::fill)), "some.plan: plan: step 0 is not what its kernel, fill, is told; save it again");
  bool too_long = false;
  int refused = 0;  // any number in any place is refused, or read as a plan; sanitizers watch
  for (std::size_t i = steps; i + 8 < bytes.size(); ++i)
    for (const char to : {'\0', '\x7f', '\xff'}) {
      const std::string said = changed(i, to);
      refused += !said.empty();
      too_long |= said == "some.plan: plan: program 0 is too long; save it again";
    }
  EXPECT_TRUE(too_long);
  EXPECT_GT(refused, 10);
}

}  // namespace
