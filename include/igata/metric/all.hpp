// All metrics.
#pragma once
#include "accuracy.hpp"
#include "binary_accuracy.hpp"
#include "mae.hpp"
#include "mse.hpp"
#include "named.hpp"
#include "top_k.hpp"
