// Programs on several threads.
#pragma once
#include "engine/threads.hpp"
