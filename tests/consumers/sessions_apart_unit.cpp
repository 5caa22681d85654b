#include <igata/session_unit.hpp>
