// k-means with expressions over arrays: each assignment below is one loop over the data, or two where a sum stands inside.
#include <cmath>
#include <cstdio>
#include <igata/expr.hpp>
using namespace igata;

using matrix = tensor<float, dynamic, dynamic>;

struct clusters {
  matrix centres;
  tensor<std::int32_t, dynamic> label;  // of each point
  float error = 0;                      // mean squared distance to the own centre
};

// Starts with the first k points.
clusters k_means(const matrix& x, int k, int rounds) {
  const int n = x.extent(0);
  clusters r{x(slice(0, k)), tensor<std::int32_t, dynamic>(n)};
  tensor<std::int32_t, dynamic> ids(k);
  for (int i = 0; i < k; ++i) ids(i) = i;
  matrix distance(n, k), member(n, k);
  tensor<float, dynamic> count(k);
  for (int round = 0; round < rounds; ++round) {
    distance = sum<2>(square(x(slice(), new_axis) - r.centres));  // over [n, k, 2], which is never stored
    r.label = argmin<1>(distance);
    r.error = mean(min<1>(distance));
    member = cast<float>(r.label(slice(), new_axis) == ids);
    count = sum<0>(member);
    r.centres = matmul(transpose(member), x) / maximum(count(slice(), new_axis), 1);
  }
  return r;
}

// Three rings of 40 points around (0, 0), (6, 0) and (0, 6), in turn.
matrix rings() {
  matrix x(120, 2);
  for (int i = 0; i < 120; ++i) {
    const float angle = 0.7f * static_cast<float>(i), radius = 0.5f + static_cast<float>(i % 7) * 0.2f;
    x(i, 0) = (i % 3 == 1 ? 6.f : 0.f) + radius * std::cos(angle);
    x(i, 1) = (i % 3 == 2 ? 6.f : 0.f) + radius * std::sin(angle);
  }
  return x;
}

int main() {
  const matrix x = rings();
  const clusters found = k_means(x, 3, 10);
  std::printf("mean squared distance %.3f\n", static_cast<double>(found.error));
  for (int i = 0; i < 3; ++i) {
    const float points = sum(cast<float>(found.label == i));
    std::printf("%.0f points around (%.2f, %.2f)\n", static_cast<double>(points), static_cast<double>(found.centres(i, 0)),
                static_cast<double>(found.centres(i, 1)));
  }
}
