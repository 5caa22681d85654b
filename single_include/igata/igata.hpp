#pragma once
#include "../igata.hpp"
