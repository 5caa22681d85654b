# The preset windows: what is said of g++'s code there, and wine's folder, which tests that begin together must not both make.
if(NOT EXISTS ${CMAKE_BINARY_DIR}/wine/system.reg)
  execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} wineboot --init RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(failed)
    message(FATAL_ERROR "wine: no folder at ${CMAKE_BINARY_DIR}/wine: ${failed}")
  endif()
endif()

find_program(IGATA_OBJDUMP x86_64-w64-mingw32-objdump REQUIRED)
set(find_moves ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/aligned_moves.py ${IGATA_OBJDUMP})
# No kernel moves 32 or 64 bytes by an instruction that wants the stack aligned so.
get_property(targets GLOBAL PROPERTY igata_test_targets)
list(FILTER targets INCLUDE REGEX "^igata_test_(kernels|simd)_")
list(TRANSFORM targets REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
igata_test(windows/aligned_moves COMMAND ${find_moves} ${objects} COMMAND_EXPAND_LISTS PROPERTIES LABELS tooling)
# The check notices them, and the assembler's flag undoes them.
foreach(moves plain_moves unaligned_moves)
  add_library(igata_${moves} OBJECT windows/_moves.cpp)
  igata_test(windows/${moves} COMMAND ${find_moves} $<TARGET_OBJECTS:igata_${moves}>)
endforeach()
target_compile_options(igata_unaligned_moves PRIVATE -Wa,-muse-unaligned-vector-move)
set_tests_properties(windows/plain_moves PROPERTIES PASS_REGULAR_EXPRESSION "1 functions, 4 aligned moves")
set_tests_properties(windows/unaligned_moves PROPERTIES PASS_REGULAR_EXPRESSION "1 functions, 1 aligned moves")
