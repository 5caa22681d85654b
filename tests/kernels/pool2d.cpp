// Pooling and its gradients on every instruction set, against plain loops.
#include "testing.hpp"

using namespace testing_kernels;

namespace {

const igata::plan::window_geometry cases[] = {
    {2, 24, 24, 6, 12, 12, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0}, {1, 8, 8, 16, 4, 4, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0},
    {1, 7, 9, 37, 4, 5, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1},    {2, 6, 5, 3, 6, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 9, 9, 5, 5, 5, 3, 3, 1, 1, 2, 2, 0, 0, 0, 0},     {1, 5, 5, 2, 7, 7, 2, 2, 1, 1, 2, 2, 2, 2, 2, 2},
    {1, 4, 4, 70, 1, 1, 4, 4, 1, 1, 1, 1, 0, 0, 0, 0},    {0, 4, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0},
    {2, 9, 39, 1, 4, 19, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0},   {1, 6, 27, 3, 3, 13, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0},
    {1, 8, 31, 5, 2, 8, 2, 2, 4, 4, 1, 1, 0, 0, 0, 1},    {2, 7, 12, 13, 4, 6, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0},
    {1, 2, 2, 1, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},     {1, 3, 3, 4, 0, 0, 5, 5, 1, 1, 1, 1, 0, 0, 0, 0},
};

struct window_result {
  real best = -infinite, sum = 0;
  ptrdiff_t where = -1, inside = 0;
};
template <class F>
void for_each_window(const igata::plan::window_geometry& g, const real* x, F f) {
  for (ptrdiff_t n = 0; n < g.n; ++n)
    for (ptrdiff_t oy = 0; oy < g.oh; ++oy)
      for (ptrdiff_t ox = 0; ox < g.ow; ++ox)
        for (ptrdiff_t c = 0; c < g.c; ++c) {
          window_result r;
          std::vector<ptrdiff_t> inside;
          for (ptrdiff_t ky = 0; ky < g.kh; ++ky)
            for (ptrdiff_t kx = 0; kx < g.kw; ++kx) {
              const ptrdiff_t iy = oy * g.stride_h + ky * g.dilation_h - g.pad_top, ix = ox * g.stride_w + kx * g.dilation_w - g.pad_left;
              if (iy < 0 || iy >= g.h || ix < 0 || ix >= g.w) continue;
              const ptrdiff_t at = ((n * g.h + iy) * g.w + ix) * g.c + c;
              const real v = x[at];
              if (r.where < 0 || v > r.best || (v != v && r.best == r.best)) r.best = v, r.where = at;
              r.sum += v;
              inside.push_back(at);
            }
          r.inside = static_cast<ptrdiff_t>(inside.size());
          f(((n * g.oh + oy) * g.ow + ox) * g.c + c, r, inside);
        }
}

TEST(pool2d, forward_and_gradients) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const auto& g : cases)
      for (const bool special : {false, true})
        for (const bool exclude : {false, true}) {
          SCOPED_TRACE(::testing::Message() << "case " << &g - cases << special << exclude);
          buffer x = whole(g.n * g.h * g.w * g.c, 5, 1, 3);
          for (ptrdiff_t i = 0; special && i < x.size(); i += 7) x[i] = i % 3 ? quiet_nan : -infinite;
          const buffer dy = whole(g.n * g.oh * g.ow * g.c, 6, 1);
          const float told_scale = 0.5f;
          const real scale = is_wide ? 1 / static_cast<real>(g.kh * g.kw) : told_scale;  // doubles have their own
          const int parts = special ? 1 : 3;
          buffer y(dy.size()), average(dy.size()), dx(x.size()), dx_average(x.size());
          for_each_window(g, x.data(), [&](ptrdiff_t at, const window_result& r, const std::vector<ptrdiff_t>& inside) {
            const real factor = exclude ? 1.f / static_cast<real>(r.inside > 0 ? r.inside : 1) : scale;
            y[at] = r.best;
            average[at] = r.sum * factor;
            if (r.where >= 0) dx[r.where] += dy[at];
            for (const ptrdiff_t i : inside) dx_average[i] += dy[at] * factor;
          });
          buffer out(dy.size(), -1, 1), back(x.size(), -1, 1);
          in_shares<pool2d_args>(kernels.max_pool2d, {g, x.data(), out.data(), told_scale, exclude}, parts);
          EXPECT_TRUE(same(out, y));
          in_shares<pool2d_args>(kernels.avg_pool2d, {g, x.data(), out.data(), told_scale, exclude}, parts);
          EXPECT_TRUE(same(out, average));
          in_shares<pool2d_grad_args>(kernels.max_pool2d_grad, {g, x.data(), dy.data(), back.data(), told_scale, exclude}, parts);
          EXPECT_TRUE(same(back, dx));
          in_shares<pool2d_grad_args>(kernels.avg_pool2d_grad, {g, nullptr, dy.data(), back.data(), told_scale, exclude}, parts);
          EXPECT_TRUE(back.intact());
          for (ptrdiff_t i = 0; i < back.size(); ++i) EXPECT_NEAR(back[i], dx_average[i], 1e-5f);
        }
  });
}

}  // namespace
