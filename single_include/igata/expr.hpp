#pragma once
#include "../expr.hpp"
