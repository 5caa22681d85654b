#pragma once
#include "../../mapped_weights.hpp"
