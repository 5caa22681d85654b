# Two units with different -m flags that hand one of igata's types to each other must not link, and the linker's message must name the flag.
#
#   cmake -D compiler=g++ -D include=include -D source=tests/consumers -D work=build -P tests/consumers/levels_do_not_mix.cmake
foreach(unit caller callee)
  set(flags -mavx2)
  if(unit STREQUAL callee)
    set(flags)
  endif()
  execute_process(COMMAND ${compiler} -std=c++20 ${flags} -I ${include} -c ${source}/levels_${unit}.cpp -o ${work}/levels_${unit}.o COMMAND_ERROR_IS_FATAL ANY)
endforeach()
set(ENV{LC_ALL} C)
execute_process(COMMAND ${compiler} ${work}/levels_caller.o ${work}/levels_callee.o -o ${work}/levels RESULT_VARIABLE result ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "linked, but must not")
endif()
if(NOT output MATCHES "undefined reference to .count\\(igata::v0_1_compiled_with_mavx2::variable_store")
  message(FATAL_ERROR "the linker does not name the flag:\n${output}")
endif()
