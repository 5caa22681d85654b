#pragma once
#include "../train.hpp"
