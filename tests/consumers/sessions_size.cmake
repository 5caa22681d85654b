# All kernels of f32 for all instruction sets, and the passes, of a program compiled with -Os: cmake -D strip=… -D program=… -P sessions_size.cmake
execute_process(COMMAND ${strip} -o ${program}_stripped ${program} COMMAND_ERROR_IS_FATAL ANY)
file(SIZE ${program}_stripped size)
if(size GREATER 800000)
  message(FATAL_ERROR "${size} bytes, at most 800000")
endif()
message(STATUS "${size} bytes")
