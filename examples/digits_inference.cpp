// What a device does: runs the network that digits.cpp trained. It knows the model and the file of weights; batch norm was folded into the
// convolutions by the compiler, and their weights are when the file is loaded.
//
//   digits_inference [digits.safetensors [data.csv]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "digits_model.hpp"

using namespace igata;

using infer_t = inference<digits::residual_net{}, in<"image", 8, 8, 1>>;

struct result {
  std::vector<float> scores;  // ten for each image
  double microseconds = 0;    // of one image, the median
};

result classify(const std::string& weights, const train::dataset& images) {
  variable_store store = infer_t::variables();
  io::safetensors::load(weights, store);
  infer_t net{infer_t::pack(store)};
  result r;
  std::vector<double> times;
  for (int i = 0; i < images.size(); ++i) {
    float scores[10];
    const auto begin = std::chrono::steady_clock::now();
    if (const status s = net.run(images.features("image", i), scores); !s) throw error(describe(s));
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    r.scores.insert(r.scores.end(), scores, scores + 10);
  }
  std::sort(times.begin(), times.end());
  r.microseconds = times[times.size() / 2];
  return r;
}

// The first images, each below what it was taken for.
void show(const train::dataset& images, const result& r, int count) {
  for (int y = -1; y < 8; ++y) {
    for (int i = 0; i < count; ++i) {
      const auto scores = std::span(r.scores).subspan(static_cast<std::size_t>(10 * i), 10);
      if (y < 0) std::printf("is a %-13d", train::argmax(scores));
      else std::printf("%s  ", train::ascii(images.features("image", i), 8, 8)[static_cast<std::size_t>(y)].c_str());
    }
    std::printf("\n");
  }
}

int main(int count, char** arguments) try {
  const std::string weights = count > 1 ? arguments[1] : "digits.safetensors", file = count > 2 ? arguments[2] : "data/digits.csv";
  std::printf("The inference program, batch norm folded:\n%s\n", dump<infer_t>("plan").c_str());
  const train::dataset test = digits::load(file).held_out;
  const result r = classify(weights, test);
  show(test, r, 6);
  std::printf("\ntest accuracy %.2f %%, %.1f us per image (median)\n",
              100 * train::confusion_matrix(r.scores, test.labels("digit"), 10).accuracy(), r.microseconds);
  return 0;
} catch (const error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
