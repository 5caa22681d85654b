// What a device without an operating system needs to run a model: layers, and inference in memory that the caller gives.
#pragma once
#include "engine/embedded.hpp"
#include "nn/all.hpp"
