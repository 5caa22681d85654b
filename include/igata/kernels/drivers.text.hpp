// What all targets share. Included by targets.hpp once, before them.
namespace igata::inline IGATA_ABI::drivers {
using namespace plan;
#include "lanes.text.hpp"
#include "primitives.text.hpp"
#include "rows.text.hpp"
#include "window.text.hpp"
#include "kernels.text.hpp"
}
