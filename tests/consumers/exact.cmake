# A program that prints the bits of its results prints the same, whatever it was compiled with.
#
#   cmake -D compiler=g++ -D id=GNU -D include=include -D source=tests/consumers -D work=build -P tests/consumers/exact.cmake
set(ENV{LC_ALL} C)
set(expected)
# Of the parts of -ffast-math one alone: with clang fused sums, which are g++'s default.
set(part -ffinite-math-only)
if(id MATCHES Clang)
  set(part -ffp-contract=fast)
endif()
foreach(flags -O1 "-O1 -ffast-math" "-O1 ${part}")
  separate_arguments(list UNIX_COMMAND "${flags}")
  execute_process(COMMAND ${compiler} -std=c++20 ${list} -I ${include} ${source}/exact.cpp -o ${work}/exact COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${work}/exact OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  if(NOT expected)
    set(expected "${output}")
    if(NOT output MATCHES "best 0.25\ntable.csv:1: column 2: expected a finite number, got 'nan'.*got '1e300'.*\n000002ca\n")
      message(FATAL_ERROR "wrong even with ${flags}:\n${output}")
    endif()
  elseif(NOT output STREQUAL expected)
    message(FATAL_ERROR "${flags}: expected\n${expected}got\n${output}")
  endif()
endforeach()
