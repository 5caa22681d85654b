// All layers, activations and initialisers.
#pragma once
#include "activations.hpp"
#include "batch_norm.hpp"
#include "conv2d.hpp"
#include "dense.hpp"
#include "depthwise_conv2d.hpp"
#include "dropout.hpp"
#include "embedding.hpp"
#include "init.hpp"
#include "layer_norm.hpp"
#include "pool.hpp"
#include "reshape.hpp"
#include "sequential.hpp"
