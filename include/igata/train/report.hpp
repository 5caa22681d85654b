// A training's report: one HTML file that needs nothing else.
//
//   train::report r("Handwritten digits");
//   r.fact("accuracy", "98.1 %").curves(history).confusion(matrix);
//   r.misclassified(train::misclassified(held_out, "image", 8, 8, scores, "digit"));
//   r.block("Plan", plan_text);
//   r.write("report.html");
#pragma once
#include <algorithm>    // stable_sort
#include <cmath>        // sqrt
#include <cstddef>      // size_t
#include <cstdint>      // int32_t, uint8_t
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view
#include <utility>      // pair
#include <vector>       // vector

#include "../core/math.hpp"
#include "../io/output_file.hpp"
#include "../io/png.hpp"
#include "chart.hpp"
#include "confusion_matrix.hpp"
#include "dataset.hpp"
#include "history.hpp"
#include "report_style.hpp"

namespace igata::inline IGATA_ABI::train {

// A grey picture with what the model made of it.
struct sample {
  int row = 0;  // of the dataset
  int height = 0, width = 0;
  std::vector<float> grey;  // 0 black … 1 white
  int truth = 0, predicted = 0;
  double confidence = 0;
};

// The rows that a classifier got wrong, the surest mistakes first.
inline std::vector<sample> misclassified(const dataset& data, std::string_view image, int height, int width, std::span<const float> scores,
                                         std::string_view label, int most = 40) {
  const std::vector<std::int32_t> labels = data.labels(label);
  const std::size_t classes = labels.empty() ? 0 : scores.size() / labels.size();
  if (classes == 0 || scores.size() != classes * labels.size() || data.at(image).type != f32 || data.at(image).row != height * width)
    raise(text() << "misclassified: expected a row of scores and a " << height << 'x' << width << " image for each of " << data.size()
                 << " rows, got " << static_cast<long long>(scores.size()) << " scores and images of " << data.at(image).row
                 << " values");
  std::vector<sample> wrong;
  for (int i = 0; i < data.size(); ++i) {
    const auto row = scores.subspan(static_cast<std::size_t>(i) * classes, classes);
    const int predicted = argmax(row);
    const bool nothing = math::is_nan(static_cast<double>(row[static_cast<std::size_t>(predicted)]));  // a NaN is never right
    if (predicted == labels[static_cast<std::size_t>(i)] && !nothing) continue;
    wrong.push_back({i, height, width, {}, labels[static_cast<std::size_t>(i)], predicted, train::confidence(row, predicted)});
  }
  std::stable_sort(wrong.begin(), wrong.end(), [](const sample& a, const sample& b) { return a.confidence > b.confidence; });
  if (wrong.size() > static_cast<std::size_t>(most)) wrong.resize(static_cast<std::size_t>(most));
  for (sample& s : wrong) {
    const auto grey = data.features(image, s.row);
    s.grey.assign(grey.begin(), grey.end());
  }
  return wrong;
}

class report {
 public:
  explicit report(std::string title) : title_(std::move(title)) {}

  report& fact(const std::string& name, const std::string& value) {
    facts_.emplace_back(name, value);
    return *this;
  }
  // Two digits after the point.
  report& fact(const std::string& name, double value, const std::string& unit) {
    return fact(name, decimal(value, "%.2f") + ' ' + unit);
  }
  // One chart per metric, training and validation together.
  report& curves(const history& h) {
    std::string charts;
    for (const auto& [name, values] : h) {
      if (name.starts_with("val_")) continue;
      std::vector<curve> drawn{{"training", values}};
      if (const auto* validation = h.find("val_" + name)) drawn.push_back({"validation", *validation});
      charts += chart(name, drawn);
    }
    return section("Training", "<div class=\"charts\">\n" + charts + "</div>\n");
  }
  // Class names: digits where there are none.
  report& confusion(const confusion_matrix& m, const std::vector<std::string>& names = {}) {
    names_ = names;
    std::string table = "<div class=\"scroll\"><table class=\"confusion\">\n<tr><th>true \\ predicted</th>";
    for (int p = 0; p < m.classes(); ++p) table += "<th>" + class_name(p) + "</th>";
    table += "<th>precision</th><th>recall</th><th>F1</th></tr>\n";
    for (int t = 0; t < m.classes(); ++t) {
      table += "<tr><th>" + class_name(t) + "</th>";
      for (int p = 0; p < m.classes(); ++p) table += confusion_cell(m, t, p);
      for (const double measure : {m.precision(t), m.recall(t), m.f1(t)})
        table += "<td class=\"measure\">" + detail::fixed(measure, "%.3f") + "</td>";
      table += "</tr>\n";
    }
    table += "</table></div>\n<p class=\"note\">" + confusion_matrix::shown(m.total()) + " rows, accuracy " +
             detail::fixed(100 * m.accuracy(), "%.2f") + " %, macro F1 " + detail::fixed(m.f1(average::macro), "%.3f") + "</p>\n";
    return section("Confusion matrix", table);
  }
  report& misclassified(const std::vector<sample>& samples) {
    std::string pictures = "<div class=\"samples\">\n";
    for (const sample& s : samples) {
      std::vector<std::uint8_t> pixels;
      for (const float v : s.grey) pixels.push_back(static_cast<std::uint8_t>((v > 0 ? (v < 1 ? v : 1) : 0) * 255 + 0.5f));
      pictures += "<figure><img alt=\"row " + std::to_string(s.row) + "\" src=\"data:image/png;base64," +
                  io::base64(io::png(pixels, s.height, s.width)) + "\"><figcaption>true <b>" + class_name(s.truth) + "</b>, got <b>" +
                  class_name(s.predicted) + "</b><br>" + detail::fixed(100 * s.confidence, "%.0f") + " % sure<br>row " +
                  std::to_string(s.row) + "</figcaption></figure>\n";
    }
    return section("Misclassified", samples.empty() ? "<p class=\"note\">none</p>\n" : pictures + "</div>\n");
  }
  // Text as it is: a model's summary, a plan.
  report& block(const std::string& heading, const std::string& content) {
    return section(heading, "<pre>" + html_text(content) + "</pre>\n");
  }

  std::string html() const {
    std::string page =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
        html_text(title_) + "</title>\n<style>\n" + std::string(detail::report_style) + "</style>\n</head>\n<body>\n<h1>" +
        html_text(title_) + "</h1>\n";
    if (!facts_.empty()) {
      page += "<table class=\"facts\">\n";
      for (const auto& [name, value] : facts_) page += "<tr><th>" + html_text(name) + "</th><td>" + html_text(value) + "</td></tr>\n";
      page += "</table>\n";
    }
    return page + body_ + "</body>\n</html>\n";
  }
  void write(const std::string& path) const { io::write_file(path, html()); }

 private:
  report& section(const std::string& heading, const std::string& content) {
    body_ += "<section>\n<h2>" + html_text(heading) + "</h2>\n" + content + "</section>\n";
    return *this;
  }
  std::string class_name(int c) const {
    return static_cast<std::size_t>(c) < names_.size() ? html_text(names_[static_cast<std::size_t>(c)]) : std::to_string(c);
  }
  // The square root makes a few mistakes among many hits visible.
  static std::string confusion_cell(const confusion_matrix& m, int t, int p) {
    const double count = m.count(t, p);
    if (!(count > 0)) return "<td class=\"zero\">0</td>";
    const double share = std::sqrt(count / m.of_class(t));
    return "<td style=\"background:rgba(" + std::string(t == p ? "46,134,222," : "214,64,69,") + detail::fixed(0.12 + 0.6 * share, "%.2f") +
           ")\">" + confusion_matrix::shown(count) + "</td>";
  }

  std::string title_, body_;
  std::vector<std::pair<std::string, std::string>> facts_;
  std::vector<std::string> names_;
};

}  // namespace igata::inline IGATA_ABI::train
