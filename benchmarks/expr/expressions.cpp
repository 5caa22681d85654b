// Expressions over arrays: microseconds of one assignment and, where Eigen is installed, of the same one there. Both are compiled without
// -march, as a user's program is: Eigen then has SSE2, igata chooses when it runs. `times_eigen` above 1: igata is faster.
//
//   igata_benchmark_expr_expressions --benchmark_filter=relu
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <string>
#include <vector>

#include <igata/expr.hpp>

#if __has_include(<eigen3/Eigen/Dense>)
#include <eigen3/Eigen/Dense>
#define IGATA_BENCHMARK_EIGEN 1
#endif

namespace {
using namespace igata;

double thread_seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}
double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

// Both sides in turn, so that they see the same machine.
template <class Ours, class Theirs>
void compare(benchmark::State& state, int repeats, Ours ours, [[maybe_unused]] Theirs theirs) {
  std::vector<double> us, peer;
  const auto measure = [&](auto& f, std::vector<double>& times) {
    const double begin = thread_seconds();
    for (int i = 0; i < repeats; ++i) {
      f();
      benchmark::ClobberMemory();
    }
    times.push_back((thread_seconds() - begin) / repeats * 1e6);
  };
  for (auto _ : state) {
    measure(ours, us);
    state.SetIterationTime(us.back() * 1e-6);
#if IGATA_BENCHMARK_EIGEN
    measure(theirs, peer);
#endif
  }
  state.counters["us"] = median(us);
  if (peer.empty()) return;
  state.counters["eigen_us"] = median(peer);
  state.counters["times_eigen"] = median(peer) / median(us);
}
template <class F>
void add(const std::string& name, F f) {
  benchmark::RegisterBenchmark(name.c_str(), f)->UseManualTime()->Iterations(60);
}

struct arrays {
  explicit arrays(int n) : a(n), b(n), c(n), d(n), e(n), y(n) {
    int i = 0;
    for (auto* t : {&a, &b, &c, &d, &e})
      for (float& x : *t) x = static_cast<float>(i++ % 97) * 0.02f - 1;
  }
  tensor<float, dynamic> a, b, c, d, e, y;
};
#if IGATA_BENCHMARK_EIGEN
struct eigen_arrays {
  explicit eigen_arrays(const arrays& x) : a(x.a.size()), b(a), c(a), d(a), e(a), y(a) {
    std::copy(x.a.begin(), x.a.end(), a.data());
    std::copy(x.b.begin(), x.b.end(), b.data());
    std::copy(x.c.begin(), x.c.end(), c.data());
    std::copy(x.d.begin(), x.d.end(), d.data());
    std::copy(x.e.begin(), x.e.end(), e.data());
  }
  Eigen::ArrayXf a, b, c, d, e, y;
};
#define EIGEN(...) [&] { __VA_ARGS__; }
#else
struct eigen_arrays {
  explicit eigen_arrays(const arrays&) {}
};
#define EIGEN(...) [] {}
#endif

void add_vectors(int n) {
  const std::string size = "/" + std::to_string(n);
  const int repeats = 4'000'000 / (n + 2000);
  add("sum_of_products" + size, [=](benchmark::State& state) {
    arrays x(n);
    eigen_arrays z(x);
    compare(state, repeats, [&] { x.y = x.a * x.b + x.c; }, EIGEN(z.y = z.a * z.b + z.c));
  });
  add("relu" + size, [=](benchmark::State& state) {
    arrays x(n);
    eigen_arrays z(x);
    compare(state, repeats, [&] { x.y = relu(x.a * x.b + x.c); }, EIGEN(z.y = (z.a * z.b + z.c).max(0.f)));
  });
  add("five_operands" + size, [=](benchmark::State& state) {
    arrays x(n);
    eigen_arrays z(x);
    compare(state, repeats, [&] { x.y = (x.a * x.b + x.c) * x.d + relu(x.e); }, EIGEN(z.y = (z.a * z.b + z.c) * z.d + z.e.max(0.f)));
  });
  add("tanh" + size, [=](benchmark::State& state) {
    arrays x(n);
    eigen_arrays z(x);
    compare(state, repeats, [&] { x.y = tanh(x.a * x.b + x.c) * x.d + relu(x.e); }, EIGEN(z.y = (z.a * z.b + z.c).tanh() * z.d + z.e.max(0.f)));
  });
  add("dot" + size, [=](benchmark::State& state) {
    arrays x(n);
    eigen_arrays z(x);
    float s = 0;
    compare(state, repeats, [&] { benchmark::DoNotOptimize(s = sum(x.a * x.b)); }, EIGEN(benchmark::DoNotOptimize(s = (z.a * z.b).sum())));
  });
}

#if IGATA_BENCHMARK_EIGEN
using row_major = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
#endif

void add_matrices(int m, int n) {
  const std::string size = "/" + std::to_string(m) + "x" + std::to_string(n);
  const int repeats = std::max(1, 2'000'000 / (m * n + 1000));
  const auto filled = [](auto& t) {
    for (int i = 0; i < t.size(); ++i) t.data()[i] = static_cast<float>(i % 97) * 0.02f - 1;
  };
  add("add_row" + size, [=](benchmark::State& state) {
    tensor<float, dynamic, dynamic> a(m, n), y(m, n);
    tensor<float, dynamic> b(n);
    filled(a), filled(b);
#if IGATA_BENCHMARK_EIGEN
    row_major p(m, n), q(m, n);
    Eigen::Array<float, 1, Eigen::Dynamic> r(n);
    filled(p), filled(r);
#endif
    compare(state, repeats, [&] { y = a + b; }, EIGEN(q = p.rowwise() + r));
  });
  add("add_transpose" + size, [=](benchmark::State& state) {
    tensor<float, dynamic, dynamic> a(m, n), b(n, m), y(m, n);
    filled(a), filled(b);
#if IGATA_BENCHMARK_EIGEN
    row_major p(m, n), r(n, m), q(m, n);
    filled(p), filled(r);
#endif
    compare(state, repeats, [&] { y = a + transpose(b); }, EIGEN(q = p + r.transpose()));
  });
  add("row_sums" + size, [=](benchmark::State& state) {
    tensor<float, dynamic, dynamic> a(m, n);
    tensor<float, dynamic> y(m);
    filled(a);
#if IGATA_BENCHMARK_EIGEN
    row_major p(m, n);
    Eigen::ArrayXf q(m);
    filled(p);
#endif
    compare(state, repeats, [&] { y = sum<1>(a * a); }, EIGEN(q = (p * p).rowwise().sum()));
  });
  add("column_sums" + size, [=](benchmark::State& state) {
    tensor<float, dynamic, dynamic> a(m, n);
    tensor<float, dynamic> y(n);
    filled(a);
#if IGATA_BENCHMARK_EIGEN
    row_major p(m, n);
    Eigen::Array<float, 1, Eigen::Dynamic> q(n);
    filled(p);
#endif
    compare(state, repeats, [&] { y = sum<0>(a * a); }, EIGEN(q = (p * p).colwise().sum()));
  });
  add("matmul_bias_relu" + size, [=](benchmark::State& state) {
    tensor<float, dynamic, dynamic> x(m, 64), w(64, n), y(m, n);
    tensor<float, dynamic> b(n);
    filled(x), filled(w), filled(b);
#if IGATA_BENCHMARK_EIGEN
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> p(m, 64), r(64, n), q(m, n);
    Eigen::RowVectorXf s(n);
    filled(p), filled(r), filled(s);
#endif
    compare(state, std::max(1, repeats / 20), [&] { y = relu(matmul(x, w) + b); }, EIGEN(q.noalias() = p * r; q = (q.rowwise() + s).cwiseMax(0.f)));
  });
  add("softmax" + size, [=](benchmark::State& state) {
    tensor<float, dynamic, dynamic> a(m, n), y(m, n);
    filled(a);
#if IGATA_BENCHMARK_EIGEN
    row_major p(m, n), q(m, n);
    filled(p);
#endif
    compare(state, std::max(1, repeats / 8), [&] { y = softmax(a); },
            EIGEN(q = (p.colwise() - p.rowwise().maxCoeff().eval()).exp(); q.colwise() /= q.rowwise().sum().eval()));
  });
}

const bool registered = [] {
  for (const int n : {16, 1024, 4096, 1 << 16, 1 << 20}) add_vectors(n);
  add_matrices(64, 64);
  add_matrices(512, 512);
  return true;
}();
}  // namespace
