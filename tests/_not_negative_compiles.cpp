// error: a program without a mistake
#include <igata/infer.hpp>
