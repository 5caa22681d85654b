// Nothing that a machine reads depends on the program's locale: numbers have a point and no separators of thousands.
#include <igata/igata.hpp>
#include <igata/engine/decimal.hpp>
#include <igata/engine/profile.hpp>
#include <igata/io.hpp>
#include <igata/io/read_decimal.hpp>
#include <igata/train.hpp>

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <locale>
#include <random>
#include <sstream>

#include "softmax_program.hpp"

namespace {
using namespace igata;

struct comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\1"; }
};

// C++'s global locale with a decimal comma and, where the system can make one, C's.
class Foreign {
 public:
  explicit Foreign(const char* language) : before_(std::locale::global(std::locale(std::locale::classic(), new comma))) {
    folder_ = testing::TempDir() + "igata_locale_" + std::to_string(std::random_device()());
    std::filesystem::create_directory(folder_);
    const std::string name = std::string(language) + ".UTF-8";
    // It warns about what it does not know, and ends with 1 then.
    if (std::system(("localedef -i " + std::string(language) + " -f UTF-8 " + folder_ + '/' + name + " >/dev/null 2>&1").c_str()) < 0) return;
    setenv("LOCPATH", folder_.c_str(), 1);
    in_c_ = std::setlocale(LC_ALL, name.c_str()) != nullptr;
  }
  ~Foreign() {
    std::setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    std::locale::global(before_);
    std::filesystem::remove_all(folder_);
  }
  bool in_c() const { return in_c_; }

 private:
  std::locale before_;
  std::string folder_;
  bool in_c_ = false;
};

struct small {
  constexpr value operator()(value x) const { return nn::dense(nn::flatten(x), {.units = 1200}); }
};
using small_t = inference<small{}, in<"image", 6, 6, 1>>;

// Everything that writes or reads numbers.
std::string everything() {
  const double tricky[] = {0, -0.0, 0.1, 1e-7, 1234567.25, -2.5e300, 5e-324, 1.0 / 3, std::numeric_limits<double>::infinity()};
  std::string all;
  for (const double x : tricky) {
    all += decimal(x, "%.2f") + ' ' + decimal(x, "%.4g") + ' ' + shortest(x) + '\n';
    double back = 0;
    if (std::isfinite(x)) {
      EXPECT_TRUE(io::read_decimal(shortest(x), back) && back == x) << shortest(x);
      EXPECT_EQ(io::detail::by_strtod(shortest(x)), x);
    }
    text t;
    all += std::string((t << x).view()) + '\n';
  }

  fake::softmax_program net;
  const std::string path = testing::TempDir() + "igata_locale.safetensors", page = testing::TempDir() + "igata_locale.html";
  std::FILE* out = std::tmpfile();
  train::checkpoint best{.path = path, .monitor = "loss"};
  const train::history h = train::fit(net, fake::clouds(), {.epochs = 3, .progress = train::progress_mode::bar, .output = out}, best);
  std::string shown(static_cast<std::size_t>(std::ftell(out)), '\0');
  std::rewind(out);
  EXPECT_EQ(std::fread(shown.data(), 1, shown.size(), out), shown.size());
  std::fclose(out);
  EXPECT_EQ(shown.find(','), std::string::npos) << shown;  // its times differ between runs
  for (const auto& [name, value] : io::safetensors::load(path, net.variables()).about) all += name + '=' + value + '\n';
  variable_store s;
  s.add("w", role::weight, f32, {1200, 3});
  io::safetensors::save(path, s);
  all += io::input_file(path).read_all();

  const std::vector<float> scores{0.5f, 0.25f, 0.1f, 0.9f};
  const std::vector<std::int32_t> labels{1, 1};
  train::dataset d;
  d.add_features("image", {0.5f, 1, 0.25f, 0, 1, 0, 1, 0}, {2, 2}).add_labels("kind", labels, 2);
  train::report r("Locale");
  r.fact("accuracy", 98.125, "%").curves(h).confusion(train::confusion_matrix(scores, labels, 2));
  r.misclassified(train::misclassified(d, "image", 2, 2, scores, "kind")).write(page);
  all += io::input_file(page).read_all();

  all += summary<small_t>();
  profile_report p;
  p.steps.push_back({"matmul", 1234.5e-6, 2.5e6});
  p.whole = 0.5;
  all += p.text();

  const io::csv::table t = io::csv::parse("1.5,-2.25e1\n1e-400,1000000.5\n", "f.csv");
  for (const float x : t.values) all += shortest(static_cast<double>(x)) + '\n';
  try {
    io::csv::parse("1.5,2\n1.5,x\n", "f.csv");
  } catch (const error& e) {
    all += e.what();
  }
  return all;
}

TEST(Locale, NothingDependsOnIt) {
  const std::string expected = everything();
  EXPECT_NE(expected.find("98.12 %"), std::string::npos);
  std::string not_in_c;
  for (const char* language : {"de_DE", "ps_AF"}) {  // a comma, and a point of two bytes
    const Foreign foreign(language);
    std::ostringstream check;
    check << 1234.5;
    ASSERT_EQ(check.str(), "1.2.3.4,5");
    char shown[16];
    std::snprintf(shown, sizeof shown, "%.1f", 0.5);
    if (!foreign.in_c()) {
      not_in_c += std::string(" ") + language;
    } else {
      ASSERT_STRNE(shown, "0.5");
    }
    EXPECT_EQ(everything(), expected) << language;
  }
  if (!not_in_c.empty()) GTEST_SKIP() << "tested with std::locale alone: localedef cannot make" << not_in_c << " here (Debian: locales)";
}

TEST(Decimal, Reads) {
  const auto of = [](std::string_view s) {
    double x = -1;
    EXPECT_TRUE(io::read_decimal(s, x)) << s;
    EXPECT_EQ(io::detail::by_strtod(s), x) << s;
    return x;
  };
  EXPECT_EQ(of("1"), 1);
  EXPECT_EQ(of("+.5"), 0.5);
  EXPECT_EQ(of("-5."), -5);
  EXPECT_EQ(of("1e-400"), 0);
  EXPECT_TRUE(std::signbit(of("-1e-400")));
  EXPECT_EQ(of("0e999999999999999999999"), 0);
  EXPECT_EQ(of("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(of("-1e+400"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(of(std::string(500, '9')), std::numeric_limits<double>::infinity());
  EXPECT_EQ(of(std::string(500, '9') + "e-500"), 1);
  EXPECT_EQ(of("0." + std::string(400, '0') + "1e401"), 1);
  EXPECT_EQ(of("0." + std::string(400, '0') + "1"), 0);
  EXPECT_EQ(of("5e-324"), 5e-324);
  EXPECT_EQ(of("2.2250738585072011e-308"), 2.2250738585072011e-308);
  double x = 3;
  for (const char* bad : {"", "+", "-", ".", "e5", "1e", "1e+", "1,5", "0x10", "nan", "inf", "infinity", " 1", "1 ", "--1", "+-1", "1.2.3", "1e5.5"})
    EXPECT_FALSE(io::read_decimal(bad, x)) << bad;
  EXPECT_EQ(x, 3);
}

TEST(Decimal, Shortest) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1e-7), "1e-07");
  EXPECT_EQ(shortest(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(shortest(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shortest(std::nan("")), "nan");
  EXPECT_EQ(decimal(1e308, "%.2f").size(), 312u);
}

}  // namespace
