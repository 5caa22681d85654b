// How the measures of several classes are one number.
#pragma once
#include "../version.hpp"

namespace igata::inline IGATA_ABI::train {

// macro is the mean of the classes' measures, weighted the mean by how often a class is true, micro the measure of what is counted of all of them.
enum class average { micro, macro, weighted };

}  // namespace igata::inline IGATA_ABI::train
