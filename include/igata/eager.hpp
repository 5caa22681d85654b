// Eager mode on kernels: values are computed where they are drawn, one operation after the other. <igata/draw/eager.hpp> alone has the oracle's.
#pragma once
#include "engine/eager_kernels.hpp"
#include "nn/all.hpp"
