// ONNX files (https://onnx.ai): what one contains, and sessions that run it.
#pragma once
#include "onnx/load.hpp"
