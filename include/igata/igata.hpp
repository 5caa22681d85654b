// igata: a model is a constexpr function; the compiler draws the graph, differentiates it, fuses it and plans its memory.
#pragma once
#include "engine/in_steps.hpp"
#include "loss/all.hpp"
#include "metric/all.hpp"
#include "nn/all.hpp"
#include "optim/all.hpp"
