#include <igata/train/report.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace {
using namespace igata;

int count(const std::string& in, const std::string& what) {
  int n = 0;
  for (std::size_t at = 0; (at = in.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

train::history curves() {
  train::history h;
  for (int e = 0; e < 12; ++e) {
    train::logs v;
    v.set("loss", 2.3 * std::exp(-0.4 * e) + 0.05);
    v.set("accuracy", 1 - 0.85 * std::exp(-0.5 * e));
    v.set("val_loss", 2.25 * std::exp(-0.35 * e) + 0.12 + 0.004 * e);
    v.set("val_accuracy", 0.97 - 0.8 * std::exp(-0.45 * e));
    h.add(v, 0.5);
  }
  return h;
}
// 8x8 rings; the scores are wrong in every ninth row.
struct rings {
  train::dataset data;
  std::vector<float> scores;
  explicit rings(int n = 90) {
    std::vector<float> pixels;
    std::vector<std::int32_t> labels;
    for (int i = 0; i < n; ++i) {
      const int label = i % 10;
      for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x) {
          const float r = std::hypot(static_cast<float>(x) - 3.5f, static_cast<float>(y) - 3.5f) - static_cast<float>(label) * 0.4f;
          pixels.push_back(std::exp(-r * r));
        }
      labels.push_back(label);
      const int predicted = i % 9 == 4 ? (label + 1) % 10 : label;
      for (int c = 0; c < 10; ++c) scores.push_back(c == predicted ? 2.f + static_cast<float>(i) * 0.02f : 0.f);
    }
    data.add_features("image", pixels, {8, 8, 1}).add_labels("digit", labels, 10);
  }
};

TEST(Report, IsSelfContainedAndComplete) {
  const rings r;
  const train::confusion_matrix m(r.scores, r.data.labels("digit"), 10);
  const auto wrong = train::misclassified(r.data, "image", 8, 8, r.scores, "digit", 8);
  ASSERT_EQ(wrong.size(), 8u);
  EXPECT_EQ(wrong[0].row, 85);  // the surest first
  EXPECT_GT(wrong[0].confidence, wrong[7].confidence);

  train::report page("Digits & <rings>");
  page.fact("accuracy", "88.89 %").fact("parameters", "61 706").fact("arena", "19 840 bytes").fact("latency", 7.9321, "us");
  page.curves(curves()).confusion(m).misclassified(wrong).block("Plan",
                                                                "step 0: conv2d<5x5>  [n,28,28,1] -> [n,24,24,6]\nstep 1: pool & relu");
  const std::string html = page.html();
  EXPECT_NE(html.find("<title>Digits &amp; &lt;rings&gt;</title>"), std::string::npos);
  EXPECT_NE(html.find("<th>accuracy</th><td>88.89 %</td>"), std::string::npos);
  EXPECT_NE(html.find("<th>latency</th><td>7.93 us</td>"), std::string::npos);
  EXPECT_NE(html.find("conv2d&lt;5x5&gt;  [n,28,28,1] -&gt;"), std::string::npos);
  EXPECT_NE(html.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(html.find("90 rows, accuracy 88.89 %, macro F1"), std::string::npos);
  EXPECT_EQ(count(html, "<svg"), 2);
  EXPECT_EQ(count(html, "<path class=\"curve0\" d=\"M62.0"), 2);
  EXPECT_EQ(count(html, ">validation</text>"), 2);
  EXPECT_EQ(count(html, "<figure>"), 8);
  EXPECT_EQ(count(html, "data:image/png;base64,"), 8);
  EXPECT_EQ(count(html, "<td"), 4 + 10 * 13);
  EXPECT_EQ(count(html, "<section>"), count(html, "</section>"));
  for (const char* outside : {"http:", "https:", "<link", "<script", "url(", "@import", "nan", "inf\""})
    EXPECT_EQ(count(html, outside), 0) << outside;

  const char* keep = std::getenv("IGATA_KEEP_REPORT");  // to look at it
  const std::string path = keep ? keep : testing::TempDir() + "igata_report.html";
  page.write(path);
  EXPECT_EQ(io::input_file(path).read_all(), html);
}

TEST(Report, ClassNamesAndNoMistakes) {
  const std::vector<float> scores{1, 0, 0, 1};
  const std::vector<std::int32_t> labels{0, 1};
  train::report page("t");
  const std::string html = page.confusion({scores, labels, 2}, {"cat", "<dog>"}).misclassified(std::vector<train::sample>{}).html();
  EXPECT_EQ(count(html, "<th>cat</th>"), 2);
  EXPECT_EQ(count(html, "<th>&lt;dog&gt;</th>"), 2);
  EXPECT_NE(html.find("<p class=\"note\">none</p>"), std::string::npos);
}

TEST(Chart, AwkwardValues) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& values :
       std::vector<std::vector<double>>{{}, {1}, {3, 3, 3}, {nan, nan}, {1, nan, 2}, {-5, 1e9}, {1e-12, 2e-12}, {0, 0}}) {
    const std::string svg = train::chart("c", {{"training", values}});
    EXPECT_EQ(count(svg, "nan"), 0) << svg;
    EXPECT_EQ(count(svg, "inf"), 0) << svg;
    EXPECT_LE(count(svg, "class=\"grid\""), 9);
    EXPECT_GE(count(svg, "class=\"grid\""), 2);
  }
  EXPECT_EQ(count(train::chart("c", {{"t", {1, nan, 2}}}), "M555"), 0);
  const std::string gap = train::chart("c", {{"t", {1, 2, nan, 2, 1}}});
  EXPECT_NE(gap.find("L"), std::string::npos);
  EXPECT_LE(count(train::chart("c", {{"t", std::vector<double>(1000, 1.0)}}), "<text"), 20);
}

TEST(Misclassified, Errors) {
  const rings r(10);
  EXPECT_THROW(train::misclassified(r.data, "image", 7, 8, r.scores, "digit"), error);
  EXPECT_THROW(train::misclassified(r.data, "image", 8, 8, std::vector<float>(7), "digit"), error);
  EXPECT_THROW(train::misclassified(r.data, "digit", 1, 1, r.scores, "digit"), error);
}

}  // namespace
