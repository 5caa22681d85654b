// ONNX files: what one contains, as its format says it (https://onnx.ai).
#pragma once
#include "onnx/describe.hpp"
#include "onnx/read_model.hpp"
