#pragma once
#include "../eager.hpp"
