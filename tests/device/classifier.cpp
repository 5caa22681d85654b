// Firmware: the classifier with its weights in flash and its memory in RAM, against what the host computed.
#include "classifier_golden.hpp"
#include "classifier_weights.hpp"
#include "differs.hpp"
#include "models.hpp"

using net_t = ig::embedded<classifier{}, image>;
constexpr net_t::packed_weights weights = net_t::pack<classifier_weights>();
net_t::memory ram;
static_assert(sizeof ram <= 2576);

int firmware() {
  net_t net{ram, weights};
  for (int i = 0; i < golden::rows; ++i) {
    float result[net_t::output_row()];
    if (!net.run(golden::inputs[i], result)) return fail("run refuses");
    if (differs(result, golden::results[i])) return fail("results differ");
  }
  return 0;
}
