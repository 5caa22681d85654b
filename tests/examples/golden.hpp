// Text beside a file of tests/golden. To write the files anew:  IGATA_UPDATE_GOLDEN=1 ctest --test-dir build/test -R examples/
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <igata/engine/dump.hpp>

namespace golden {
using namespace igata;

inline void expect(const std::string& name, const std::string& got) {
  std::string path = IGATA_SOURCE_DIR "/tests/golden/";  // not joined by +: g++ 12 warns of its own library
  path.append(name).append(".txt");
  if (std::getenv("IGATA_UPDATE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << got;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  std::stringstream wanted;
  wanted << in.rdbuf();
  EXPECT_EQ(got, wanted.str()) << path << " differs; if it should, run this test with IGATA_UPDATE_GOLDEN=1";
}

// What the compiler made of a program is what the same passes make now.
template <class Net, class Spec>
void expect_same_stages(const compiled<Spec>*) {
  const auto same = [](const text& now, std::string_view pass) { EXPECT_EQ(std::string(now.view()), dump<Net>(pass)) << pass; };
  builder drawn(Spec::training);
  Spec::build(drawn);
  const graph built = build_pass(drawn.get());
  same(print(built), "build");
  const graph simplified = simplify_pass(built);
  same(print(simplified), "simplify");
  const bind_split split = bind_pass(simplified, Spec::splits, detail::uses_winograd<Spec>);
  same(print(split.main), "main");
  same(print(split.bind), "bind");
  const fusion f = fuse(split.main, Spec::max_batch, forms_of(split.values, detail::uses_winograd<Spec>));
  same(print_fusion(split.main, f), "fuse");
  same(print_plan(split.main, f, plan_pass(split.main, forms_of(split.values, detail::uses_winograd<Spec>), Spec::max_batch)), "plan");
}
template <class Net>
void expect_same_stages() {
  expect_same_stages<Net>(static_cast<typename detail::code_of<Net>::type*>(nullptr));
}

}  // namespace golden
