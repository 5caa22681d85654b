#pragma once
#include "../functional.hpp"
