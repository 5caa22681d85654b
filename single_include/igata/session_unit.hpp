#pragma once
#include "../session_unit.hpp"
