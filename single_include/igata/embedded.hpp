#pragma once
#include "../embedded.hpp"
