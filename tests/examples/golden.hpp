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
using namespace igata::plan;

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
  builder drawn(Spec::training);
  Spec::build(drawn);
  compilation now;
  now.drawn = drawn.get();
  now.splits = Spec::splits, now.winograd = detail::uses_winograd<Spec>, now.max_batch = Spec::max_batch;
  run_passes(now);
#define IGATA_DUMP(name, pass) EXPECT_EQ(std::string(print(now, dump_name::name).view()), dump<Net>(#name)) << #name;
#include <igata/passes/passes.inc>
}
template <class Net>
void expect_same_stages() {
  expect_same_stages<Net>(static_cast<typename detail::code_of<Net>::type*>(nullptr));
}

}  // namespace golden
