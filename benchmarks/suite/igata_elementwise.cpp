// tanh(a * b + c) * d + relu(e), one loop.
#include "igata.hpp"

namespace {

using namespace bench;

struct chain {
  constexpr igata::value operator()(igata::value a, igata::value b, igata::value c, igata::value d, igata::value e) const {
    return tanh(a * b + c) * d + relu(e);
  }
};

template <int Count>
task make(bool single) {
  using igata::in;
  using net_t = igata::inference<chain{}, in<"a", Count>, in<"b", Count>, in<"c", Count>, in<"d", Count>, in<"e", Count>>;
  struct state {
    net_t net{net_t::pack(net_t::variables())};
    std::vector<numbers> in;
    numbers out = numbers(Count);
    const void* rows[5];
  };
  const auto s = std::make_shared<state>();
  set_threads(s->net, single);
  for (std::uint32_t k = 0; k < 5; ++k) s->in.push_back(uniform(Count, 100 + k));
  for (std::size_t k = 0; k < 5; ++k) s->rows[k] = s->in[k].data();
  return {[s] {
            void* const out[] = {s->out.data()};
            expect(s->net.run_unchecked(s->rows, out, 1));
          },
          [s] { return s->out; }, [s] { return igata::profile_unchecked(s->net, s->rows, 1).text(); }};
}

}  // namespace

bench::task bench::igata_elementwise(const workload& w, bool single) {
  if (w.kind != family::elementwise) return {};
  if (w.batch == 4096) return make<4096>(single);
  if (w.batch == 1 << 20) return make<1 << 20>(single);
  return {};
}
