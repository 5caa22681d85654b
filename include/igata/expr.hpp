// Arrays with numbers in them, and expressions over them: y = tanh(a * b + c) * d + relu(e) is one loop.
#pragma once
#include "expr/assign.hpp"
#include "tensor/movement.hpp"
