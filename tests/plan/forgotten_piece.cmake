# A primitive with a kernel of its own has eight pieces (docs/adding_an_operator.md). Without any one of them a program that uses it must not compile, and the
# first error must name what is missing. Each is taken from a copy of the headers, one after the other. So has a pass, a stage.
#
#   cmake -D compiler=g++ -D include=include -D work=build/forgotten -P tests/plan/forgotten_piece.cmake
set(ENV{LC_ALL} C)
set(ENV{LANG} C)
file(REMOVE_RECURSE ${work})
file(COPY ${include}/igata DESTINATION ${work})
file(WRITE ${work}/program.cpp [[
#include <igata/igata.hpp>
using namespace igata;
struct net {
  constexpr value operator()(value x) const { return cumsum(x, 1); }
};
using net_t = inference<net{}, in<"x", 4>>;
int main() { net_t n{net_t::pack(net_t::variables())}; }
]])
set(one_error -fmax-errors=1)
if(NOT compiler MATCHES "g\\+\\+$")
  set(one_error -ferror-limit=1)
endif()
function(compile result output)
  execute_process(COMMAND ${compiler} -std=c++20 -fsyntax-only ${one_error} -I ${work} ${work}/program.cpp RESULT_VARIABLE status ERROR_VARIABLE said)
  string(REGEX MATCH "error:[^\n]*" first "${said}")
  set(${result} ${status} PARENT_SCOPE)
  set(${output} "${first}" PARENT_SCOPE)
endfunction()
compile(status first)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the program does not compile with all pieces:\n${first}")
endif()

# forget(piece header pattern replacement error): what the first error must have in it
function(forget piece header pattern replacement error)
  file(READ ${work}/igata/${header} text)
  string(REGEX REPLACE "${pattern}" "${replacement}" changed "${text}")
  if(changed STREQUAL text)
    message(FATAL_ERROR "${piece}: ${header} has no ${pattern}")
  endif()
  file(WRITE ${work}/igata/${header} "${changed}")
  compile(status first)
  file(WRITE ${work}/igata/${header} "${text}")
  if(status EQUAL 0)
    message(SEND_ERROR "${piece}: compiles without it")
  elseif(NOT first MATCHES "${error}")
    message(SEND_ERROR "${piece}: the first error does not say ${error}:\n${first}")
  endif()
endfunction()
forget("the primitive" ir/op_list.inc "IGATA_OP\\(cumsum[^\n]*\n" "" "cumsum.*op")
forget("its rules" ops/all.hpp "#include \"cumsum.hpp\"\n" "" "cumsum")
forget("its attributes" ops/cumsum.hpp "  using attributes = cumsum_attributes;\n" "" "attributes_of")
forget("one of its attributes" ops/cumsum.hpp ", reverse = 0\\);" ");\n  int reverse = 0;" "attributes are ints")
forget("its reference" ops/cumsum.hpp "void evaluate\\(" "void elsewhere(" "evaluate.*cumsum")
forget("its gradient" ops/cumsum.hpp "void gradient\\(" "void elsewhere(" "gradient.*cumsum")
forget("the kernel" target/kernels.inc "IGATA_KERNEL\\(cumsum[^\n]*\n" "" "cumsum.*step_kind")
forget("what it is told" target/kernels.hpp "#include \"args/cumsum.hpp\"\n" "" "cumsum_fields")
forget("one of its fields" target/args/cumsum.hpp ",[ \n]*f\\(p.reverse, b.reverse\\)" "" "cumsum_fields.*leaves out a field")
forget("what it touches" target/args/cumsum.hpp "each_touched\\(step_kind, const cumsum" "elsewhere(step_kind, const cumsum" "each_touched")
forget("its lowering" plan/ops/all.hpp "#include \"cumsum.hpp\"\n" "" "lowering<.*cumsum")
forget("a new pass" passes/passes.inc "IGATA_PASS\\(plan\\)" "IGATA_PASS(plan) IGATA_PASS(lint)" "pass_stage<.*lint")
forget("its loop" kernels/kernels.text.hpp "#include \"cumsum.text.hpp\"\n" "" "cumsum.*entries")
