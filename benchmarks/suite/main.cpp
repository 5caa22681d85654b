// igata beside its peers: for each workload every library that does it computes the same function with the same numbers; the results are
// compared, and only then is it measured, in turn and in one process, so that what else the machine does meets all of them alike.
//
//   igata_benchmark_suite [--quick] [--profile] [--seconds 1] [--threads 2] [--update docs/performance.md] [part of a workload's name]
//
// The ratio of a peer is its time divided by igata's: above 1 igata is faster; of the fastest samples and of the medians. With several
// threads the large workloads, beside igata on one.
#include <dlfcn.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "contenders.hpp"
#include "machine.hpp"
#include "reference.hpp"

namespace bench {

namespace {

struct options {
  bool quick = false, profile = false;
  double seconds = 1;  // of measuring, for each library and workload
  int threads = 1;
  std::string update, filter;
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "error: %s\n", why.c_str());
  std::exit(1);
}

options read_options(int count, char** arguments) {
  options o;
  for (int i = 1; i < count; ++i) {
    const std::string a = arguments[i];
    const auto value = [&]() -> std::string { return i + 1 < count ? arguments[++i] : (fail(a + ": expected a value behind it"), ""); };
    if (a == "--quick") o.quick = true;
    else if (a == "--profile") o.profile = true;
    else if (a == "--seconds") {
      o.seconds = std::atof(value().c_str());
      if (!(o.seconds > 0)) fail("--seconds: expected a number above 0");
    } else if (a == "--threads") {
      o.threads = std::atoi(value().c_str());
      if (o.threads < 1 || o.threads > 256) fail("--threads: expected 1 to 256");
    } else if (a == "--update") o.update = value();
    else if (a.rfind("--", 0) == 0) fail("option " + a + ": expected --quick, --profile, --seconds <number>, --threads <number>, --update <page>");
    else o.filter = a;
  }
  return o;
}

task igata_task(const workload& w, bool single) {
  switch (w.kind) {
    case family::gemm: return igata_gemm(w, single);
    case family::dense: return igata_dense(w, single);
    case family::images: return igata_images(w, single);
    case family::elementwise: return igata_elementwise(w, single);
    case family::training: return igata_training(w, single);
  }
  return {};
}

// igata first, then the peers that were found when the suite was built.
std::vector<contender> find_contenders() {
  std::vector<contender> all{{"igata", "", [](const workload& w) { return igata_task(w, false); }}};
  if (thread_count() > 1) {  // alone: pools of several libraries in one process take each other's cores
    all.push_back({"igata on one", "", [](const workload& w) { return igata_task(w, true); }});
    return all;
  }
  std::istringstream names(IGATA_BENCH_PEERS);
  for (std::string name; names >> name;) {
    const std::string path = std::string(IGATA_BENCH_PEER_FOLDER "/igata_peer_") + name + ".so";
    if (!std::ifstream(path)) {
      std::printf("left out: %s (not installed when the suite was built; see benchmarks/peers/install.sh)\n", name.c_str());
      continue;
    }
    void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto entry = library ? reinterpret_cast<contender_list (*)()>(dlsym(library, "igata_bench_peer")) : nullptr;
    if (!entry) {
      std::printf("left out: %s (%s)\n", name.c_str(), dlerror());
      continue;
    }
    const contender_list found = entry();
    all.insert(all.end(), found.items, found.items + found.count);
  }
  return all;
}

// Compares results with the truth; an error names the first number that is off. The tolerance is a part of the largest number.
void compare(const workload& w, const char* library, const char* with, const numbers& got, const numbers& expected, float tolerance) {
  const auto say = [&](const std::string& what) { fail(std::string(w.name) + ": " + library + ": " + what); };
  if (got.size() != expected.size()) say(std::to_string(got.size()) + " results, expected " + std::to_string(expected.size()));
  float largest = 0;
  for (const float x : expected) largest = std::max(largest, std::abs(x));
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!(std::abs(got[i] - expected[i]) <= tolerance * largest))
      say("result " + std::to_string(i) + " is " + std::to_string(got[i]) + ", of " + with + " " + std::to_string(expected[i]));
}

struct measured {
  const contender* who;
  task work;
  int calls = 1;                 // of one sample
  std::vector<double> seconds{};  // of a call
  double min() const { return *std::min_element(seconds.begin(), seconds.end()); }
  double median() const {
    std::vector<double> s = seconds;
    std::nth_element(s.begin(), s.begin() + static_cast<std::ptrdiff_t>(s.size() / 2), s.end());
    return s[s.size() / 2];
  }
};

// Steps of a training whose losses are compared. A deep network multiplies what rounding does to a step by about a hundred in the next one: after
// three its losses agree to 1e-5, in the fourth direct sums of two libraries differ by 4e-4, and Winograd's method from them by 2e-3.
int compared_steps(const workload& w) { return !w.trains() ? 1 : w.net.count > 16 ? 3 : 4; }

// The losses of the first steps, or the results of one run.
numbers first_results(const workload& w, task& t) {
  numbers all;
  for (int i = 0; i < compared_steps(w); ++i) {
    t.run();
    const numbers r = t.result();
    all.insert(all.end(), r.begin(), r.end());
  }
  return all;
}

void check(const workload& w, std::vector<measured>& all) {
  if (!w.trains()) {
    const numbers truth = reference(w);
    for (measured& m : all) compare(w, m.who->name, "the reference", first_results(w, m.work), truth, 2e-5f * (w.net.deep ? 10 : 1));
    return;
  }
  const numbers own = first_results(w, all[0].work);  // igata's gradients have their own tests
  for (const float loss : own)
    if (!std::isfinite(loss)) fail(std::string(w.name) + ": igata: the loss is " + std::to_string(loss));
  for (std::size_t i = 1; i < all.size(); ++i) compare(w, all[i].who->name, "igata", first_results(w, all[i].work), own, 1e-3f);
}

// The wall's time of a sample that is shorter than the scheduler's slices: it is seldom interrupted, and in a virtual machine processor time
// is corrected by what the host took, in lumps larger than the sample. Processor time of a longer one, but for several threads.
double run_calls(measured& m) {
  const double wall = wall_seconds(), cpu = cpu_seconds();
  for (int i = 0; i < m.calls; ++i) m.work.run();
  const double wall_took = wall_seconds() - wall, cpu_took = cpu_seconds() - cpu;
  return (thread_count() > 1 || wall_took < 3e-3 || cpu_took < 3e-3 ? wall_took : cpu_took) / m.calls;
}

// Where a task's memory happens to lie matters on some machines, so small ones are made several times.
void measure(const workload& w, std::vector<measured>& all, const options& o) {
  const int instances = w.flops() > 1e9 ? 1 : 3;
  std::vector<task> kept;  // until the end, so that the next ones lie elsewhere
  for (int i = 0; i < instances; ++i) {
    for (measured& m : all) {
      if (i > 0) kept.push_back(std::exchange(m.work, m.who->make(w)));
      while (run_calls(m) * m.calls < 1e-3 && m.calls < 1 << 24) m.calls *= 2;
    }
    const double end = wall_seconds() + o.seconds * static_cast<double>(all.size()) / instances;
    for (int round = 0; round < 5 || wall_seconds() < end; ++round)
      for (measured& m : all) {
        if (m.calls > 1) m.work.run();  // brings its data back into the caches
        m.seconds.push_back(run_calls(m));
      }
  }
}

std::string format(const char* pattern, double a, double b = 0) {
  char s[160];
  std::snprintf(s, sizeof s, pattern, a, b);
  return s;
}
std::string duration(double seconds) {
  const double ns = seconds * 1e9;
  return ns < 1e3   ? format("%.1f ns", ns)
         : ns < 1e6 ? format("%.2f us", ns / 1e3)
         : ns < 1e9 ? format("%.2f ms", ns / 1e6)
                    : format("%.2f s", ns / 1e9);
}

class table {
 public:
  table(const std::vector<contender>& all, const machine& m) : all_(all), machine_(m) {
    const std::string threads = thread_count() == 1 ? "one thread" : std::to_string(thread_count()) + " threads";
    std::string names = "| " + threads + " | igata: min (median) | rate | of the peak |", rule = "| --- | --- | --- | --- |";
    for (std::size_t i = 1; i < all.size(); ++i) names += std::string(" ") + all[i].name + " |", rule += " --- |";
    print(names);
    print(rule);
  }
  void row(const workload& w, const std::vector<measured>& measurements) {
    const measured& own = measurements[0];
    const bool moves = w.bytes() > 0;
    const double rate = (moves ? w.bytes() : w.flops()) / own.min() * 1e-9;
    const double peak = !moves ? machine_.fma * thread_count() : w.batch > 100000 ? machine_.far : machine_.near;
    std::string line = std::string("| ") + w.name + " | " + duration(own.min()) + " (" + duration(own.median()) + ") | " +
                       format(moves ? "%.1f GB/s" : "%.1f GFLOP/s", rate) + " | " + (peak > 0 ? format("%.0f %%", rate / peak * 100) : "") + " |";
    for (std::size_t i = 1; i < all_.size(); ++i) {
      const auto found = std::find_if(measurements.begin(), measurements.end(), [&](const measured& m) { return m.who == &all_[i]; });
      line += found == measurements.end() ? " |" : " " + format("%.2f (%.2f) |", found->min() / own.min(), found->median() / own.median());
    }
    print(line);
  }
  const std::string& text() const { return text_; }

 private:
  void print(const std::string& s) {  // a line
    text_ += s + '\n';
    std::puts(s.c_str());
    std::fflush(stdout);
  }
  const std::vector<contender>& all_;
  const machine& machine_;
  std::string text_;
};

std::string description(const machine& m, const std::vector<contender>& all) {
  char date[32];
  const std::time_t now = std::time(nullptr);
  std::strftime(date, sizeof date, "%d %B %Y", std::localtime(&now));
  std::string s = std::string("Measured on ") + date + " on " + (m.processor.empty() ? "an unknown processor" : m.processor) +
                  ", " IGATA_BENCH_COMPILER ". One core: " + format("%.0f GFLOP/s (FMA), %.0f GOP/s (8-bit dot products), ", m.fma, m.dot8) +
                  format("reads %.0f GB/s from 96 KB, %.0f GB/s from 24 MB.\n", m.near, m.far);
  std::string peers;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (*all[i].version) peers += (peers.empty() ? "" : ", ") + std::string(all[i].name) + ": " + all[i].version;
  return s + (peers.empty() ? "" : "Peers: " + peers + ".\n");
}

// Puts the results between the page's marks: <!-- results -->, of several threads <!-- results, 2 threads -->.
void update(const std::string& path, const std::string& text) {
  std::ifstream in(path);
  std::string page((std::istreambuf_iterator<char>(in)), {});
  const std::string what = thread_count() == 1 ? "results" : "results, " + std::to_string(thread_count()) + " threads";
  const std::string begin = "<!-- " + what + " -->\n", end = "<!-- end of " + what + " -->";
  const std::size_t from = page.find(begin), to = page.find(end);
  if (from == std::string::npos || to == std::string::npos) fail("--update " + path + ": expected a page with the lines " + begin + "and " + end);
  page.replace(from + begin.size(), to - from - begin.size(), text);
  std::ofstream(path) << page;
}

// What a careful user of the peers would set; before they are loaded.
void tune_peers() {
  unsetenv("OPENBLAS_L2_SIZE");
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}) setenv(name, "1", 1);
  if (__builtin_cpu_supports("avx512f")) {
    setenv("ATEN_CPU_CAPABILITY", "avx512", 0);
    setenv("OPENBLAS_CORETYPE", "Cooperlake", 1);  // it does not know processors that are younger than it is
  }
  mallopt(M_MMAP_THRESHOLD, 1 << 30), mallopt(M_TRIM_THRESHOLD, 1 << 30), mallopt(M_TOP_PAD, 64 << 20);  // freed memory is kept
}

// The tasks of all libraries that do this workload, igata's first, with equal results.
std::vector<measured> prepared(const workload& w, const std::vector<contender>& all) {
  std::vector<measured> tasks;
  for (const contender& c : all)
    if (task t = c.make(w)) tasks.push_back({&c, std::move(t)});
  check(w, tasks);
  return tasks;
}

// Measures each workload whose name has this part, or with --quick only compares the results.
void run(const options& o) {
  setenv("IGATA_BENCH_THREADS", std::to_string(o.threads).c_str(), 1);
  tune_peers();
  std::vector<const workload*> chosen;
  for (const workload& w : workloads)
    if (std::string(w.name).find(o.filter) != std::string::npos && (o.threads == 1 || w.flops() > 1e7)) chosen.push_back(&w);
  if (chosen.empty()) fail("no workload has '" + o.filter + "' in its name");
  const std::vector<contender> all = find_contenders();
  if (o.quick) {
    for (const workload* w : chosen) {
      std::string names;
      for (const measured& m : prepared(*w, all)) names += std::string(names.empty() ? "" : ", ") + m.who->name;
      std::printf("%s: equal results of %s%s\n", w->name, w->trains() ? "" : "the reference, ", names.c_str());
      std::fflush(stdout);
    }
    return;
  }
  const machine m = measure_machine(0.3);
  const std::string head = description(m, all);
  std::printf("%s\n", head.c_str());
  table results(all, m);
  for (const workload* w : chosen) {
    std::vector<measured> tasks = prepared(*w, all);
    measure(*w, tasks, o);
    results.row(*w, tasks);
    if (o.profile && tasks[0].work.profile) std::printf("\n%s\n", tasks[0].work.profile().c_str());
  }
  if (!o.update.empty()) update(o.update, head + "\n" + results.text());
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) { bench::run(bench::read_options(count, arguments)); }
