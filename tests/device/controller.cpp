// Firmware: the controller with its weights in flash and its memory in RAM, against what the host computed.
#include "controller_golden.hpp"
#include "controller_weights.hpp"
#include "differs.hpp"
#include "models.hpp"

using net_t = ig::embedded<controller{}, state>;
constexpr net_t::packed_weights weights = net_t::pack<controller_weights>();
net_t::memory ram;
static_assert(sizeof ram <= 144);

int firmware() {
  net_t net{ram, weights};
  for (int i = 0; i < golden::rows; ++i) {
    float result[net_t::output_row()];
    if (!net.run(golden::inputs[i], result)) return fail("run refuses");
    if (differs(result, golden::results[i])) return fail("results differ");
  }
  return 0;
}
