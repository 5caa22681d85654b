// All optimizers, changes of gradients and schedules.
#pragma once
#include "adam.hpp"
#include "gradient.hpp"
#include "rmsprop.hpp"
#include "schedule.hpp"
#include "sgd.hpp"
