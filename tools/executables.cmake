# One executable per source file: igata_executables(<kind> [EXCLUDE <regex>] [LIBRARIES <targets>]) makes igata_<kind>_<path> of every *.cpp in and below
# the current folder; of tests those that the preset has, see runs.cmake.
#
# Files that begin with _ are parts of other executables. What one file needs beyond the rest stands beside it in a fragment,
# core/vec.cmake for core/vec.cpp; there ${target} is the executable and ${name} is "core/vec":
#
#   target_sources(${target} PRIVATE _second_unit.cpp)      # relative to the folder that called igata_executables
#   igata_variant(fast_math -O3 -ffast-math)                # core/vec@fast_math: the same file once more with these flags
#
# What all files of a folder need stands there in _each.cmake, which comes behind the fragment.

# Flags for our own code; clang's -Wconversion reports sign conversions too, g++'s does not.
add_library(igata_own_code INTERFACE)
target_compile_options(igata_own_code INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror
  $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wno-sign-conversion>)
target_compile_definitions(igata_own_code INTERFACE IGATA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(igata_own_code INTERFACE igata::igata)

# What a test of the level base is compiled with besides -O0, and every unit that it is linked to: the lowest instruction set alone.
set(igata_base_flags -UIGATA_MAX_ISA -DIGATA_MAX_ISA=0)

# GoogleTest and igata compiled once for all tests of a level.
function(igata_precompile target flags)
  if(CMAKE_CROSSCOMPILING)
    return()
  endif()
  string(MAKE_C_IDENTIFIER "igata_test_precompiled${flags}" precompiled)
  if(NOT TARGET ${precompiled})
    file(WRITE ${PROJECT_BINARY_DIR}/empty.cpp "")
    add_library(${precompiled} OBJECT ${PROJECT_BINARY_DIR}/empty.cpp)
    target_compile_options(${precompiled} PRIVATE ${flags})
    target_link_libraries(${precompiled} PRIVATE igata_own_code ${libraries})
    target_precompile_headers(${precompiled} PRIVATE <gtest/gtest.h> <igata/igata.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM ${precompiled})
endfunction()

function(igata_add_executable target name source)
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE igata_own_code ${libraries})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY igata_${kind}_targets ${target})
  if(kind STREQUAL test)
    set(flags "")
    if(level STREQUAL base)
      set(flags -O0 ${igata_base_flags})
    elseif(NOT level STREQUAL yes)
      set(flags -${level})
    endif()
    target_compile_options(${target} PRIVATE ${flags})
    igata_precompile(${target} "${flags}")
    add_test(NAME ${name} COMMAND ${target})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  endif()
endfunction()

function(igata_variant suffix)
  get_property(has_row GLOBAL PROPERTY "igata_level ${name}@${suffix}" SET)  # otherwise that of the file
  if(has_row)
    igata_runs(${name}@${suffix} level)
    if(NOT level)
      return()
    endif()
  endif()
  igata_add_executable(${target}_${suffix} ${name}@${suffix} ${source})
  target_compile_options(${target}_${suffix} PRIVATE ${ARGN})
  if(NOT "${ARGN}" MATCHES "^-DIGATA_TEST_[A-Z_]*$")  # which no header knows
    set_target_properties(${target}_${suffix} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
  endif()
endfunction()

function(igata_executables kind)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXCLUDE" "LIBRARIES")
  set(libraries ${arg_LIBRARIES})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp)
  foreach(source IN LISTS sources)
    if(source MATCHES "(^|/)_" OR (arg_EXCLUDE AND source MATCHES "${arg_EXCLUDE}"))
      continue()
    endif()
    string(REGEX REPLACE "\\.cpp$" "" name ${source})
    if(kind STREQUAL test)
      igata_runs(${name} level)
      if(NOT level)
        continue()
      endif()
    endif()
    string(MAKE_C_IDENTIFIER igata_${kind}_${name} target)
    igata_add_executable(${target} ${name} ${source})
    include(${CMAKE_CURRENT_SOURCE_DIR}/${name}.cmake OPTIONAL)
    cmake_path(GET name PARENT_PATH folder)
    include(${CMAKE_CURRENT_SOURCE_DIR}/${folder}/_each.cmake OPTIONAL)
  endforeach()
endfunction()
