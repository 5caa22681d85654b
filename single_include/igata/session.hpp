#pragma once
#include "../session.hpp"
