// Targets whose registers hold no several rows of narrow results: nobody calls these. Text: see vectors.text.hpp.

inline constexpr bool holds_rows = false;
template <int N>
vec same_rows(const real* p);
template <int N>
vec some_rows(const real* p, index step);
template <int N, int J>
vec spread(vec v);
