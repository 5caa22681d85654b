#include <igata/f64.hpp>
#include <igata/session_unit.hpp>
