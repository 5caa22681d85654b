// The element of a register's lanes: a number, and integers of its size. Text: see primitives.text.hpp.
using real = float;
using integer = std::int32_t;
using natural = std::uint32_t;
