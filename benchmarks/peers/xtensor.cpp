// xtensor with xsimd: elementwise expressions.
#define XTENSOR_USE_XSIMD 1
#include <memory>
#include <string>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xtensor_config.hpp>

#include "../suite/harness.hpp"

namespace {

using namespace bench;

task make(const workload& w) {
  if (w.kind != family::elementwise) return {};
  const auto v = std::make_shared<std::vector<xt::xtensor<float, 1>>>();
  for (std::uint32_t k = 0; k < 6; ++k) {
    v->emplace_back(std::array<std::size_t, 1>{static_cast<std::size_t>(w.batch)});
    const numbers from = uniform(static_cast<std::size_t>(w.batch), 100 + k);
    std::copy(from.begin(), from.end(), v->back().begin());
  }
  return {[v] {
            auto& [a, b, c, d, e, y] = reinterpret_cast<xt::xtensor<float, 1>(&)[6]>(*v->data());
            clobber();
            xt::noalias(y) = xt::tanh(a * b + c) * d + xt::maximum(e, 0.f);
            clobber();
          },
          [v] { return numbers(v->back().begin(), v->back().end()); }};
}

const std::string version =
    std::to_string(XTENSOR_VERSION_MAJOR) + "." + std::to_string(XTENSOR_VERSION_MINOR) + "." + std::to_string(XTENSOR_VERSION_PATCH);

}  // namespace

IGATA_BENCH_PEER({"xtensor", version.c_str(), make})
