// What a device needs to run a model: layers, inference, and no std header above the small ones.
#pragma once
#include "engine/inference.hpp"
#include "nn/all.hpp"
