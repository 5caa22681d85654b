#include <igata/igata.hpp>

bool second_unit();
bool second_unit() { return igata::describe(igata::status{}) == igata::text("run: ok"); }
