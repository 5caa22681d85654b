// Learns handwritten digits: a residual network trained by one program, then run by another that knows nothing but a file of weights.
//
//   digits [data.csv] [--seed 7]      without a seed: five of them, and the median accuracy
//
// Writes digits.safetensors and report.html.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <igata/igata.hpp>
#include <igata/train.hpp>

using namespace igata;

// The model.
constexpr value conv_norm(value x, int filters, int kernel, int stride = 1) {
  x = nn::conv2d(x, {.filters = filters, .kernel = kernel, .stride = stride, .padding = padding::same, .use_bias = false, .kernel_initializer = init::he_normal});
  return nn::batch_norm(x, {.momentum = 0.9});
}
struct residual {
  int filters, stride = 1;
  constexpr value operator()(value x) const {
    const value y = conv_norm(relu(conv_norm(x, filters, 3, stride)), filters, 3);
    if (stride != 1) x = conv_norm(x, filters, 1, stride);
    return relu(x + y);
  }
};
struct residual_net {
  constexpr value operator()(value x) const {
    x = relu(conv_norm(x, 24, 3));
    x = nn::block(x, "residual1", residual{.filters = 24});
    x = nn::block(x, "residual2", residual{.filters = 48, .stride = 2});
    return nn::dense(nn::global_avg_pool2d(x), {.units = 10});
  }
};

// Two programs from it.
constexpr int epochs = 6, batches_per_epoch = 203;
using train_t = training<residual_net{}, in<"image", 8, 8, 1>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{.label_smoothing = 0.1},
                         metrics<metric::accuracy{}>, optim::adamw{.learning_rate = 6e-3, .weight_decay = 0.05},
                         optim::cosine_decay{.steps = epochs * batches_per_epoch, .warmup = 60}, max_batch{32}>;
using infer_t = inference<residual_net{}, in<"image", 8, 8, 1>>;

// The images once more, shifted by a pixel to each side.
train::dataset with_shifts(const train::dataset& images) {
  std::vector<float> pixels;
  std::vector<std::int32_t> digits;
  for (const auto& [down, right] : {std::pair{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}})
    for (int i = 0; i < images.size(); ++i) {
      const auto image = images.features("image", i);
      for (int y = -down; y < 8 - down; ++y)
        for (int x = -right; x < 8 - right; ++x)
          pixels.push_back(x >= 0 && x < 8 && y >= 0 && y < 8 ? image[static_cast<std::size_t>(8 * y + x)] : 0.f);
    }
  const auto labels = images.labels("digit");
  for (int copy = 0; copy < 5; ++copy) digits.insert(digits.end(), labels.begin(), labels.end());
  train::dataset d;
  d.add_features("image", std::move(pixels), {8, 8, 1});
  d.add_labels("digit", std::move(digits), 10);
  return d;
}

struct result {
  std::vector<float> scores;  // ten for each image
  double microseconds = 0;    // of one image, the median
};

// What a device does: weights from a file, batch norm folded into the convolutions, one image at a time.
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

void show(const train::dataset& images, const result& r, int count) {
  for (int y = -1; y < 8; ++y) {
    for (int i = 0; i < count; ++i) {
      const auto scores = std::span(r.scores).subspan(static_cast<std::size_t>(10 * i), 10);
      if (y < 0) std::printf("%-18d", train::argmax(scores));
      else std::printf("%s  ", train::ascii(images.features("image", i), 8, 8)[static_cast<std::size_t>(y)].c_str());
    }
    std::printf("\n");
  }
}

int main(int count, char** arguments) try {
  std::string file = "data/digits.csv";
  std::vector<std::uint32_t> seeds{1, 2, 3, 4, 5};
  for (int i = 1; i < count; ++i) {
    if (arguments[i] == std::string("--seed") && i + 1 < count) seeds = {static_cast<std::uint32_t>(std::atoi(arguments[++i]))};
    else file = arguments[i];
  }

  // A fifth is the test. A tenth of the rest is watched while training; nothing is chosen by it.
  const auto [learnt, test] = train::from_csv(io::csv::load(file), {.row = {8, 8, 1}, .scale = 1 / 16.f}).stratified_split(0.2, 7, "digit");
  const auto [rest, watched] = learnt.stratified_split(0.1, 7, "digit");
  const train::dataset shown = with_shifts(rest);
  const std::string table = summary<train_t>(), plan = dump<infer_t>("plan");
  std::printf("%s\nThe inference program, batch norm folded:\n%s\n", table.c_str(), plan.c_str());

  std::vector<double> accuracies;
  for (const std::uint32_t s : seeds) {
    std::printf("seed %u: %d images, %d to watch, %d to test\n", s, shown.size(), watched.size(), test.size());
    train_t t{seed{s}};
    const train::history h = train::fit(t, shown, {.epochs = epochs, .validation = &watched, .seed = s});
    io::safetensors::save("digits.safetensors", t.variables());

    const result r = classify("digits.safetensors", test);
    const train::confusion_matrix confusion(r.scores, test.labels("digit"), 10);
    accuracies.push_back(confusion.accuracy());
    std::printf("test accuracy %.2f %%, %.1f us per image\n\n", 100 * accuracies.back(), r.microseconds);
    if (s != seeds.back()) continue;

    show(test, r, 6);
    train::report report("Handwritten digits");
    report.fact("test accuracy", std::to_string(100 * confusion.accuracy()) + " %").fact("latency", std::to_string(r.microseconds) + " us");
    report.curves(h).confusion(confusion).misclassified(train::misclassified(test, "image", 8, 8, r.scores, "digit"));
    report.block("Model", table).block("Inference plan", plan).block("Training plan", dump<train_t>("plan"));
    report.write("report.html");
  }
  std::sort(accuracies.begin(), accuracies.end());
  std::printf("\n%zu seeds: median accuracy %.2f %%, worst %.2f %%\nweights: digits.safetensors, report: report.html\n", seeds.size(),
              100 * accuracies[accuracies.size() / 2], 100 * accuracies[0]);
  return 0;
} catch (const error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
