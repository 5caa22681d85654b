// Programs whose graphs are drawn at run time, and layers to draw them of. A unit that makes sessions has all kernels.
#pragma once
#include "engine/session.hpp"
#include "nn/all.hpp"
