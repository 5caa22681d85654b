// The code of sessions, once in a program: where all units are compiled with IGATA_SEPARATE_SESSIONS, one of them includes this. If that
// includes <igata/f64.hpp> too, sessions compute in lanes of 64 bits.
#pragma once
#include "engine/session_code.hpp"
#include "session.hpp"
