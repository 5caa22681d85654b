#include <igata/engine/store.hpp>

int count(const igata::variable_store& store);
int count(const igata::variable_store& store) { return store.size(); }
