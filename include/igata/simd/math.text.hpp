// The functions of numbers that pointwise programs are made of, in the order of their needs, for targets without one of their own.
// Text: see vectors.text.hpp.
#include "arithmetic.text.hpp"
#include "exp_parts.text.hpp"
#include "exp.text.hpp"
#include "exp_family.text.hpp"
#include "tanh.text.hpp"
#include "split.text.hpp"
#include "log.text.hpp"
#include "erf.text.hpp"
#include "double.text.hpp"
#include "half_formats.text.hpp"
#include "pointwise_opcodes.text.hpp"
#include "random.text.hpp"
