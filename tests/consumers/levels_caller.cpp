#include <igata/engine/store.hpp>

int count(const igata::variable_store& store);
int main() { return count(igata::variable_store()); }
