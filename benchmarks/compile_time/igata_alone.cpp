// budget: 0.6 s
#include <igata/igata.hpp>
