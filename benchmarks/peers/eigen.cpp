// Eigen 3: what a careful programmer writes by hand, with fixed sizes where they are small. The training steps are written out too.
#include <Eigen/Dense>
#include <memory>
#include <string>

#include "../suite/harness.hpp"

namespace {

using namespace bench;
using Eigen::Dynamic;
using Eigen::MatrixXf;
using Eigen::VectorXf;
template <int Rows, int Columns> using rows_first = Eigen::Matrix<float, Rows, Columns, Eigen::RowMajor>;
using row_matrix = rows_first<Dynamic, Dynamic>;

template <class M>
M matrix(const numbers& from, Eigen::Index rows, Eigen::Index columns) {  // from is row by row
  return Eigen::Map<const row_matrix>(from.data(), rows, columns);
}
template <class M>
numbers row_by_row(const M& m) {
  const row_matrix r = m;
  return numbers(r.data(), r.data() + r.size());
}

// x · w + bias, any size.
task product(const workload& w) {
  struct state { row_matrix x, w, y; Eigen::RowVectorXf bias; };
  const layer& l = w.net.last();
  const auto s = std::make_shared<state>();
  s->x = matrix<row_matrix>(input_of(w), w.batch, l.in);
  s->w = matrix<row_matrix>(kernel_channels_first(w.net, 1), l.in, l.channels);
  s->bias = matrix<Eigen::RowVectorXf>(bias_of(w.net, 1), 1, l.channels);
  s->y.resize(w.batch, l.channels);
  return {[s] {
            clobber();
            if (s->x.rows() == 1) s->y.row(0).noalias() = s->x.row(0) * s->w;
            else s->y.noalias() = s->x * s->w;
            s->y.rowwise() += s->bias;
            clobber();
          },
          [s] { return row_by_row(s->y); }};
}

template <int N>
task block(const workload& w) {
  struct state {
    alignas(64) rows_first<N, N> x, w, y;
    alignas(64) Eigen::Matrix<float, 1, N> bias;
  };
  const auto s = std::make_shared<state>();
  s->x = matrix<rows_first<N, N>>(input_of(w), N, N);
  s->w = matrix<rows_first<N, N>>(kernel_channels_first(w.net, 1), N, N);
  s->bias = matrix<Eigen::Matrix<float, 1, N>>(bias_of(w.net, 1), 1, N);
  return {[s] {
            clobber();
            if constexpr (N <= 16) s->y.noalias() = s->x.lazyProduct(s->w);
            else s->y.noalias() = s->x * s->w;
            s->y = (s->y.rowwise() + s->bias).cwiseMax(0.f);
            clobber();
          },
          [s] { return row_by_row(s->y); }};
}

task small_network(const workload& w) {
  struct state {
    Eigen::Matrix<float, 64, 16> a;
    Eigen::Matrix<float, 64, 64> b;
    rows_first<4, 64> c;
    Eigen::Matrix<float, 64, 1> a_bias, b_bias;
    Eigen::Matrix<float, 4, 1> c_bias, y;
    Eigen::Matrix<float, 16, 1> x;
    void run() {
      clobber();
      Eigen::Matrix<float, 64, 1> u = a_bias, v = b_bias;
      u.noalias() += a * x;
      u = u.array().tanh();
      v.noalias() += b * u;
      v = v.array().tanh();
      y = c_bias;
      y.noalias() += c * v;
      clobber();
    }
  };
  const auto s = std::make_shared<state>();
  s->a = matrix<row_matrix>(kernel_of(w.net, 1), 64, 16);
  s->b = matrix<row_matrix>(kernel_of(w.net, 2), 64, 64);
  s->c = matrix<row_matrix>(kernel_of(w.net, 3), 4, 64);
  s->a_bias = matrix<VectorXf>(bias_of(w.net, 1), 64, 1);
  s->b_bias = matrix<VectorXf>(bias_of(w.net, 2), 64, 1);
  s->c_bias = matrix<VectorXf>(bias_of(w.net, 3), 4, 1);
  s->x = matrix<VectorXf>(input_of(w), 16, 1);
  return {[s] { s->run(); }, [s] { return row_by_row(s->y.transpose()); }};
}

// Columns are rows of the batch here: Eigen is fastest on matrices whose columns lie together.
struct dense_layer_ {
  MatrixXf w;
  VectorXf bias;
  dense_layer_(const network& net, int i)
      : w(matrix<MatrixXf>(kernel_of(net, i), net.layers[i].channels, net.layers[i].in)),
        bias(matrix<VectorXf>(bias_of(net, i), net.layers[i].channels, 1)) {}
  void apply(const MatrixXf& x, MatrixXf& y) const {
    y.resize(w.rows(), x.cols());
    if (x.cols() == 1) y.col(0).noalias() = w * x.col(0);
    else y.noalias() = w * x;
    y.colwise() += bias;
  }
};
void softmax(MatrixXf& y) {
  for (Eigen::Index j = 0; j < y.cols(); ++j) {
    y.col(j).array() -= y.col(j).maxCoeff();
    y.col(j) = y.col(j).array().exp();
    y.col(j) /= y.col(j).sum();
  }
}

task perceptron(const workload& w) {
  struct state { dense_layer_ a, b; MatrixXf x, h, y; };
  const auto s = std::make_shared<state>(state{{w.net, 1}, {w.net, 2}, matrix<row_matrix>(input_of(w), w.batch, 784).transpose(), {}, {}});
  return {[s] {
            clobber();
            s->a.apply(s->x, s->h);
            s->h = s->h.cwiseMax(0.f);
            s->b.apply(s->h, s->y);
            softmax(s->y);
            clobber();
          },
          [s] { return row_by_row(s->y.transpose()); }};
}

task elementwise(const workload& w) {
  const auto v = std::make_shared<std::vector<Eigen::ArrayXf>>();
  for (std::uint32_t k = 0; k < 6; ++k) v->push_back(matrix<VectorXf>(uniform(static_cast<std::size_t>(w.batch), 100 + k), w.batch, 1).array());
  return {[v] {
            Eigen::ArrayXf* const a = v->data();
            clobber();
            a[5] = (a[0] * a[1] + a[2]).tanh() * a[3] + a[4].max(0.f);
            clobber();
          },
          [v] { return row_by_row(v->back().matrix().transpose()); }};
}

class adam {
 public:
  template <class P, class G>
  void step(P& p, const G& g, int t) {
    if (m_.size() == 0) m_ = v_ = MatrixXf::Zero(p.rows(), p.cols());
    const float b1 = 0.9f, b2 = 0.999f, time = static_cast<float>(t), rate = 1e-3f * std::sqrt(1 - std::pow(b2, time)) / (1 - std::pow(b1, time));
    m_.array() = b1 * m_.array() + (1 - b1) * g.array();
    v_.array() = b2 * v_.array() + (1 - b2) * g.array().square();
    p.array() -= rate * m_.array() / (v_.array().sqrt() + 1e-8f);
  }

 private:
  MatrixXf m_, v_;
};

// Both trainings: two or three dense layers with an activation between them, Adam.
struct trained {
  const workload* w;
  std::vector<dense_layer_> layers;
  std::vector<adam> kernel_rule, bias_rule;
  std::vector<MatrixXf> x, targets, h, gradient;
  std::vector<std::vector<std::int32_t>> classes;
  MatrixXf d, below;
  VectorXf sums;
  int t = 0;
  float loss = 0;

  void step() {
    const std::size_t k = static_cast<std::size_t>(t++ % training_batches), last = layers.size() - 1;
    const bool tanh = w->net.layers[1].after == act::tanh;
    for (std::size_t i = 0; i <= last; ++i) {
      layers[i].apply(i ? h[i - 1] : x[k], h[i]);
      if (i == last) continue;
      if (tanh) h[i] = h[i].array().tanh();
      else h[i] = h[i].cwiseMax(0.f);
    }
    const float count = static_cast<float>(w->batch);
    if (w->squares) {
      d = h[last] - targets[k];
      loss = d.squaredNorm() / static_cast<float>(d.size());
      d *= 2 / static_cast<float>(d.size());
    } else {
      d = h[last];
      softmax(d);
      loss = 0;
      for (Eigen::Index j = 0; j < d.cols(); ++j) {
        float& p = d(classes[k][static_cast<std::size_t>(j)], j);
        loss -= std::log(p) / count;
        p -= 1;
      }
      d /= count;
    }
    for (std::size_t i = last + 1; i-- > 0;) {
      gradient[i].noalias() = d * (i ? h[i - 1] : x[k]).transpose();
      sums = d.rowwise().sum();
      if (i) {
        below.noalias() = layers[i].w.transpose() * d;
        if (tanh) d = below.array() * (1 - h[i - 1].array().square());
        else d = (h[i - 1].array() > 0).select(below, 0.f);
      }
      kernel_rule[i].step(layers[i].w, gradient[i], t);
      bias_rule[i].step(layers[i].bias, sums, t);
    }
  }
};
task training(const workload& w) {
  const auto s = std::make_shared<trained>();
  s->w = &w;
  for (int i = 1; i < w.net.count; ++i) s->layers.emplace_back(w.net, i);
  const std::size_t count = s->layers.size();
  s->kernel_rule.resize(count), s->bias_rule.resize(count), s->h.resize(count), s->gradient.resize(count);
  for (std::size_t i = 0; i < count; ++i) s->gradient[i].resize(s->layers[i].w.rows(), s->layers[i].w.cols());
  for (int k = 0; k < training_batches; ++k) {
    s->x.push_back(matrix<row_matrix>(input_of(w, static_cast<std::uint32_t>(200 + k)), w.batch, w.net.layers[0].channels).transpose());
    s->targets.push_back(matrix<row_matrix>(targets_of(w, k), w.batch, w.net.last().channels).transpose());
    s->classes.push_back(labels_of(w, k));
  }
  return {[s] { s->step(); }, [s] { return numbers{s->loss}; }};
}

task make(const workload& w) {
  const layer& first = w.net.layers[1];
  switch (w.kind) {
    case family::gemm: return product(w);
    case family::images: return {};
    case family::elementwise: return elementwise(w);
    case family::training: return first.what == op::dense ? training(w) : task{};
    case family::dense: break;
  }
  if (first.after == act::tanh) return small_network(w);
  switch (first.in) {
    case 4: return block<4>(w);
    case 8: return block<8>(w);
    case 16: return block<16>(w);
    case 32: return block<32>(w);
    case 64: return block<64>(w);
    default: return perceptron(w);
  }
}

const std::string version =
    std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION);

}  // namespace

IGATA_BENCH_PEER({"Eigen", version.c_str(), make})
