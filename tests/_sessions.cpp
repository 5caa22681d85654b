// The code of sessions for the tests that have some; see sessions.cmake.
#if defined(IGATA_TEST_WIDE)
#include <igata/f64.hpp>
#endif
#include <igata/session_unit.hpp>
