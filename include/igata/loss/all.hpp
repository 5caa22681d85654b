// All losses.
#pragma once
#include "binary_cross_entropy.hpp"
#include "huber.hpp"
#include "kl_divergence.hpp"
#include "mae.hpp"
#include "mse.hpp"
#include "softmax_cross_entropy.hpp"
