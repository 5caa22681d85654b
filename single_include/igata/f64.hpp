#pragma once
#include "../f64.hpp"
