// budget: 0.5 s, 150 MB
#include <igata/infer.hpp>
