#pragma once
#include "../onnx.hpp"
