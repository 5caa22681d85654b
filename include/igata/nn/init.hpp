// First values of parameters, by Keras' names.
//
//   nn::dense(x, {.units = 10, .kernel_initializer = init::he_normal});
//
// Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998; Saxe et al. 2013. The normal ones are cut off at two standard deviations
// and widened so that the deviation is the one asked for.
#pragma once
#include "../ir/variable.hpp"

namespace igata::inline IGATA_ABI::init {

inline constexpr initializer zeros{initial::constant, 0, 0};
inline constexpr initializer ones{initial::constant, 1, 0};
// Of width sqrt(6 / (fan_in + fan_out)) to both sides of 0. (Glorot and Bengio 2010.)
inline constexpr initializer glorot_uniform{initial::uniform, 3, 3};
// Truncated normal with variance 2 / (fan_in + fan_out). (Glorot and Bengio 2010.)
inline constexpr initializer glorot_normal{initial::truncated_normal, 1, 3};
// Of width sqrt(6 / fan_in) to both sides of 0, for relu. (He et al. 2015.)
inline constexpr initializer he_uniform{initial::uniform, 6, 1};
// Truncated normal with variance 2 / fan_in, for relu. (He et al. 2015.)
inline constexpr initializer he_normal{initial::truncated_normal, 2, 1};
// Of width sqrt(3 / fan_in) to both sides of 0. (LeCun et al. 1998.)
inline constexpr initializer lecun_uniform{initial::uniform, 3, 1};
// Truncated normal with variance 1 / fan_in. (LeCun et al. 1998.)
inline constexpr initializer lecun_normal{initial::truncated_normal, 1, 1};

constexpr initializer constant(double x) { return {initial::constant, x, 0}; }
constexpr initializer uniform(double limit = 0.05) { return {initial::uniform, limit, 0}; }  // [-limit, limit)
constexpr initializer normal(double deviation = 0.05) { return {initial::normal, deviation, 0}; }
constexpr initializer truncated_normal(double deviation = 0.05) { return {initial::truncated_normal, deviation, 0}; }
// Rows or columns orthogonal, of length `gain`. (Saxe, McClelland, Ganguli 2014.)
constexpr initializer orthogonal(double gain = 1) { return {initial::orthogonal, gain, 0}; }

}  // namespace igata::inline IGATA_ABI::init
