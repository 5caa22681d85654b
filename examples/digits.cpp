// Learns handwritten digits with a residual network; digits_inference.cpp then runs it from the file of weights alone.
//
//   digits [data.csv] [--seed 7]      without a seed: five of them, and the median accuracy
//
// Writes digits.safetensors and report.html.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "digits_model.hpp"

using namespace igata;

constexpr int epochs = 6, batches_per_epoch = 203;
using train_t = training<digits::residual_net{}, in<"image", 8, 8, 1>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{.label_smoothing = 0.1},
                         metrics<metric::accuracy{}>, optim::adamw{.learning_rate = 6e-3, .weight_decay = 0.05},
                         optim::cosine_decay{.steps = epochs * batches_per_epoch, .warmup = 60}, max_batch{32}>;

// The images once more, shifted by a pixel to each side.
train::dataset with_shifts(const train::dataset& images) {
  std::vector<float> pixels;
  std::vector<std::int32_t> labels;
  for (const auto& [down, right] : {std::pair{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}})
    for (int i = 0; i < images.size(); ++i) {
      const auto image = images.features("image", i);
      for (int y = -down; y < 8 - down; ++y)
        for (int x = -right; x < 8 - right; ++x)
          pixels.push_back(x >= 0 && x < 8 && y >= 0 && y < 8 ? image[static_cast<std::size_t>(8 * y + x)] : 0.f);
    }
  const auto once = images.labels("digit");
  for (int copy = 0; copy < 5; ++copy) labels.insert(labels.end(), once.begin(), once.end());
  train::dataset d;
  d.add_features("image", std::move(pixels), {8, 8, 1});
  d.add_labels("digit", std::move(labels), 10);
  return d;
}

int main(int count, char** arguments) try {
  std::string file = "data/digits.csv";
  std::vector<std::uint32_t> seeds{1, 2, 3, 4, 5};
  for (int i = 1; i < count; ++i) {
    if (arguments[i] == std::string("--seed") && i + 1 < count) seeds = {static_cast<std::uint32_t>(std::atoi(arguments[++i]))};
    else file = arguments[i];
  }

  // A tenth of what is not the test is watched while training; nothing is chosen by it.
  const auto [learnt, test] = digits::load(file);
  const auto [rest, watched] = learnt.stratified_split(0.1, 7, "digit");
  const train::dataset shown = with_shifts(rest);
  const std::string table = summary<train_t>();
  std::printf("%s\n", table.c_str());

  std::vector<double> accuracies;
  for (const std::uint32_t s : seeds) {
    std::printf("seed %u: %d images, %d to watch, %d to test\n", s, shown.size(), watched.size(), test.size());
    train_t t{seed{s}};
    const train::history h = train::fit(t, shown, {.epochs = epochs, .validation = &watched, .seed = s});
    io::safetensors::save("digits.safetensors", t.variables());

    const std::vector<float> scores = train::predict(t, test);
    const train::confusion_matrix confusion(scores, test.labels("digit"), 10);
    accuracies.push_back(confusion.accuracy());
    std::printf("test accuracy %.2f %%\n\n", 100 * accuracies.back());
    if (s != seeds.back()) continue;

    train::report report("Handwritten digits");
    report.fact("test accuracy", 100 * confusion.accuracy(), "%");
    report.curves(h).confusion(confusion).misclassified(train::misclassified(test, "image", 8, 8, scores, "digit"));
    report.block("Model", table).block("Training plan", dump<train_t>("plan"));
    report.write("report.html");
  }
  std::sort(accuracies.begin(), accuracies.end());
  std::printf("%zu seeds: median accuracy %.2f %%, worst %.2f %%\nweights: digits.safetensors, report: report.html\n", seeds.size(),
              100 * accuracies[accuracies.size() / 2], 100 * accuracies[0]);
  return 0;
} catch (const error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
