// OpenBLAS: sgemm and sgemv into a result that begins as the bias.
#include <cblas.h>
#include <memory>
#include <string>

#include "../suite/harness.hpp"

namespace {

using namespace bench;

task make(const workload& w) {
  if (w.kind != family::gemm) return {};
  struct state {
    numbers x, w, bias, y;
    int m, n, k;
    void run() {
      for (int i = 0; i < m; ++i) std::copy(bias.begin(), bias.end(), y.begin() + static_cast<std::ptrdiff_t>(i) * n);
      if (m == 1) cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1, w.data(), n, x.data(), 1, 1, y.data(), 1);
      else cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, x.data(), k, w.data(), n, 1, y.data(), n);
    }
  };
  const int n = w.net.last().channels;
  const auto s = std::make_shared<state>(state{input_of(w), kernel_channels_first(w.net, 1), bias_of(w.net, 1),
                                               numbers(static_cast<std::size_t>(w.batch * n)), w.batch, n, w.net.last().in});
  return {[s] { s->run(); }, [s] { return s->y; }};
}

// "OpenBLAS 0.3.21 NO_LAPACKE …": the second word, and the kernels in use
const std::string version = [] {
  const std::string config = openblas_get_config();
  const std::size_t begin = config.find(' ') + 1;
  return config.substr(begin, config.find(' ', begin) - begin) + " (" + openblas_get_corename() + ")";
}();

}  // namespace

IGATA_BENCH_PEER({"OpenBLAS", version.c_str(), make})
