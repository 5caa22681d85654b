// Learning-rate schedules: options of minimize that turn the number of the step (from 1) into a factor of the learning rate.
//
//   s.minimize(loss, "*", optim::sgd{.learning_rate = 0.1}, optim::cosine_decay{.steps = 10000, .warmup = 500});
#pragma once
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::optim {

// rate^(t / steps) with t from 0; staircase: t / steps rounded down.
struct exponential_decay {
  double rate = 0.96;
  int steps = 1000;
  int staircase = 0;
  constexpr value operator()(value step) const {
    if (!step.valid()) return step;
    if (steps < 1 || !(rate > 0))
      return step.owner().fail("exponential_decay", text() << ".rate = " << rate << ", .steps = " << steps << "; both must be above 0", {}), value();
    const value periods = (step - 1) * (1.0 / steps);
    return exp((staircase ? floor((step - 0.5) * (1.0 / steps)) : periods) * math::drawn_log(rate));
  }
};

// From 1 / warmup up to 1 in `warmup` steps, then half a cosine down to `alpha`, which the step behind `steps` of them reaches and all others have.
// (Loshchilov and Hutter 2017.)
struct cosine_decay {
  int steps = 1000;
  int warmup = 0;
  double alpha = 0;
  constexpr value operator()(value step) const {
    if (!step.valid()) return step;
    if (warmup < 0 || steps <= warmup)
      return step.owner().fail("cosine_decay", text() << ".steps = " << steps << ", .warmup = " << warmup << "; steps must be above warmup", {}),
             value();
    if (!(alpha >= 0 && alpha <= 1)) return step.owner().fail("cosine_decay", text() << ".alpha = " << alpha << "; must be in [0, 1]", {}), value();
    const value done = minimum(maximum((step - (1 + warmup)) * (1.0 / (steps - warmup)), 0), 1);
    const value cosine = (cos(done * math::pi) + 1) * (0.5 * (1 - alpha)) + alpha;
    return warmup == 0 ? cosine : cosine * minimum(step * (1.0 / warmup), 1);
  }
};

// Times `rate` after each of these numbers of steps; 0 ends the list.
//   optim::step_decay{.boundaries = {30000, 60000}, .rate = 0.1}
struct step_decay {
  int boundaries[8]{};
  double rate = 0.1;
  constexpr value operator()(value step) const {
    if (!step.valid()) return step;
    text why;
    if (!(rate > 0 && rate < 1e30)) why << ".rate = " << rate << "; must be above 0";
    if (boundaries[0] < 1) why << ".boundaries[0] = " << boundaries[0] << "; must be 1 or more";
    for (int i = 1; i < 8 && why.empty(); ++i)
      if (boundaries[i] != 0 && (boundaries[i - 1] == 0 || boundaries[i] <= boundaries[i - 1]))
        why << ".boundaries = {..., " << boundaries[i - 1] << ", " << boundaries[i] << ", ...}; each must be above the one before";
    if (!why.empty()) return step.owner().fail("step_decay", why, {}), value();
    value factor;
    for (int i = 0; i < 8 && boundaries[i] > 0; ++i) {
      const value here = select(step > boundaries[i], rate, 1);
      factor = factor.valid() ? factor * here : here;
    }
    return factor;
  }
};

}  // namespace igata::inline IGATA_ABI::optim
