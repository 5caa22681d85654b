// Files: weights (safetensors), tables (csv), IDX, pictures (png).
#pragma once
#include "io/csv.hpp"
#include "io/idx.hpp"
#include "io/plan_file.hpp"
#include "io/png.hpp"
#include "io/role_set.hpp"
#include "io/safetensors.hpp"
