// LeNet-5 on MNIST (LeCun et al. 1998), from the four IDX files in a folder.
//
//   mnist <folder> [report.html]
//
// Writes mnist.safetensors and the report.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <igata/igata.hpp>
#include <igata/train.hpp>

using namespace igata;

struct lenet {
  constexpr value operator()(value x) const {
    x = relu(nn::conv2d(x, {.filters = 6, .kernel = 5, .padding = padding::same}));
    x = nn::max_pool2d(x, {.size = 2});
    x = relu(nn::conv2d(x, {.filters = 16, .kernel = 5}));
    x = nn::flatten(nn::max_pool2d(x, {.size = 2}));
    x = relu(nn::dense(x, {.units = 120}));
    x = relu(nn::dense(x, {.units = 84}));
    return nn::dense(x, {.units = 10});
  }
};
constexpr int epochs = 6, batches_per_epoch = 860;
using train_t = training<lenet{}, in<"image", 28, 28, 1>, labels<"digit", i32, 10>, loss::softmax_cross_entropy{}, metrics<metric::accuracy{}>,
                         optim::adamw{.learning_rate = 3e-3, .weight_decay = 0.02},
                         optim::cosine_decay{.steps = epochs * batches_per_epoch, .warmup = 200}, max_batch{64}>;
using infer_t = inference<lenet{}, in<"image", 28, 28, 1>>;

train::dataset load(const std::string& folder, const std::string& part) {
  return train::from_idx(io::idx::load(folder + '/' + part + "-images-idx3-ubyte"), io::idx::load(folder + '/' + part + "-labels-idx1-ubyte"),
                         {.features = "image", .label = "digit", .classes = 10});
}

int main(int count, char** arguments) try {
  if (count < 2) return std::fprintf(stderr, "usage: mnist <folder with the IDX files> [report.html]\n"), 2;
  const std::string report_file = count > 2 ? arguments[2] : "report.html";
  const train::dataset test = load(arguments[1], "t10k");
  const auto [shown, watched] = load(arguments[1], "train").stratified_split(1 / 12., 7, "digit");  // 55,000 and 5,000 to watch
  const std::string table = summary<train_t>(), plan = dump<infer_t>("plan");
  std::printf("%s\nThe inference program:\n%s\n", table.c_str(), plan.c_str());

  train_t t{seed{7}};
  const train::history h = train::fit(t, shown, {.epochs = epochs, .validation = &watched, .seed = 7});
  io::safetensors::save("mnist.safetensors", t.variables());

  // Another program, from the file.
  variable_store weights = infer_t::variables();
  io::safetensors::load("mnist.safetensors", weights);
  infer_t net{infer_t::pack(weights)};
  std::vector<float> scores(static_cast<std::size_t>(10 * test.size()));
  std::vector<double> times;
  for (int i = 0; i < test.size(); ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (const status s = net.run(test.features("image", i), std::span(scores).subspan(static_cast<std::size_t>(10 * i), 10)); !s)
      throw error(describe(s));
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  std::nth_element(times.begin(), times.begin() + test.size() / 2, times.end());
  const double latency = times[times.size() / 2];
  const train::confusion_matrix confusion(scores, test.labels("digit"), 10);
  for (const std::string& line : train::ascii(test.features("image", 0), 28, 28)) std::puts(line.c_str());
  std::printf("is a %d\n\ntest accuracy %.2f %%, %.1f us per image\n", train::argmax(std::span(scores).first(10)), 100 * confusion.accuracy(),
              latency);

  train::report report("MNIST");
  report.fact("test accuracy", 100 * confusion.accuracy(), "%").fact("latency", latency, "us");
  report.curves(h).confusion(confusion).misclassified(train::misclassified(test, "image", 28, 28, scores, "digit"));
  report.block("Model", table).block("Inference plan", plan).block("Training plan", dump<train_t>("plan"));
  report.write(report_file);
  std::printf("weights: mnist.safetensors, report: %s\n", report_file.c_str());
  return 0;
} catch (const error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
