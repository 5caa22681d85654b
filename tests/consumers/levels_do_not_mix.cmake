# Two units with flags that change what inline functions become, and that hand one of igata's types to each other, must not link, and the linker's message
# must name the flag.
#
#   cmake -D compiler=g++ -D include=include -D source=tests/consumers -D work=build -P tests/consumers/levels_do_not_mix.cmake
set(ENV{LC_ALL} C)
execute_process(COMMAND ${compiler} -std=c++20 -I ${include} -c ${source}/levels_callee.cpp -o ${work}/levels_callee.o COMMAND_ERROR_IS_FATAL ANY)
foreach(flag_and_tag -msse4.1=compiled_with_msse4_1 -mavx2=compiled_with_mavx2 -mbmi2=mbmi2 -ffast-math=ffast_math -ffinite-math-only=ffinite_math_only
    -DIGATA_MAX_ISA=1=max_isa_1 -DIGATA_SMALL_TARGET=1=small_target -fno-exceptions=no_exceptions)
  string(REGEX MATCH "^(.*)=([a-z0-9_]+)$" both ${flag_and_tag})
  set(flag ${CMAKE_MATCH_1})
  set(tag ${CMAKE_MATCH_2})
  execute_process(COMMAND ${compiler} -std=c++20 ${flag} -I ${include} -c ${source}/levels_caller.cpp -o ${work}/levels_caller.o COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${compiler} ${work}/levels_caller.o ${work}/levels_callee.o -o ${work}/levels RESULT_VARIABLE result ERROR_VARIABLE output)
  if(result EQUAL 0)
    message(FATAL_ERROR "${flag}: linked, but must not")
  endif()
  if(NOT output MATCHES "undefined reference to .count\\(igata::v0_1_${tag}::variable_store")
    message(FATAL_ERROR "${flag}: the linker does not name the flag:\n${output}")
  endif()
endforeach()
