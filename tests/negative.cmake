# A program with an error that a user may make must not compile, and the compiler must say why, in one error. The file begins with it:
#
#   // error: matmul.cpp:9: matmul: [n,6] x [4,3]; lhs columns must equal rhs rows
#   // error(GNU): a text that g++ says, and (Clang) clang
#
# The texts must be in the first line that the compiler calls an error, and that must be the only one; the first text, without file and
# line or option, must be in docs/errors.md. The compiler must name the user's line beside it: g++ in the line before ("required from here"),
# clang in one of the five notes behind it. Text chunks are joined first: {"ab"}, chunk<2>{"cd"} counts as {"abcd"}.
# Source excerpts are switched off, so a text does not match because it stands in the source. With -DIGATA_FIXED the same file must
# compile, by g++.
#
#   cmake -D compiler=g++ -D id=GNU -D root=. -D source=tests/negative/matmul.cpp [-D precompiled=header] -P tests/negative.cmake
cmake_minimum_required(VERSION 3.25)
set(command ${compiler} -std=c++20 -fsyntax-only -fmessage-length=0 -fno-diagnostics-color -I ${root}/include)
if(id MATCHES "Clang")
  set(id Clang)
  list(APPEND command -fno-caret-diagnostics -fno-elide-type)
else()
  list(APPEND command -fno-diagnostics-show-caret)
endif()
set(ENV{LC_ALL} C)
file(READ ${source} program)
if(precompiled AND program MATCHES "#include <igata/igata.hpp>")
  list(APPEND command -Winvalid-pch -include ${precompiled})
endif()

execute_process(COMMAND ${command} ${source} RESULT_VARIABLE result ERROR_VARIABLE output OUTPUT_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "compiled, but must not")
endif()
string(REGEX REPLACE "\"}, [a-z0-9_:]*s<[0-9]+>{\"" "" joined "${output}")
string(REGEX REPLACE "\\\\(['\"])" "\\1" joined "${joined}")
string(REGEX MATCH "[^\n]*error: [^\n]*" first "${joined}")
string(REGEX REPLACE "[^\n]*error: [^\n]*" "" others "${joined}")
string(LENGTH "${joined}" all)
string(LENGTH "${others}" rest)
string(LENGTH "${first}" one)
math(EXPR more "${all} - ${rest} - ${one}")
if(NOT more EQUAL 0)
  message(NOTICE "${output}")
  message(FATAL_ERROR "there must be one error")
endif()

get_filename_component(file ${source} NAME)
if(id STREQUAL GNU)
  set(beside "/${file}:[0-9:]+   required from here\n[^\n]*error: ")
else()
  set(beside "error: [^\n]*\n([^\n]*note: [^\n]*\n)?([^\n]*note: [^\n]*\n)?([^\n]*note: [^\n]*\n)?([^\n]*note: [^\n]*\n)?[^\n]*/${file}:[0-9:]+ note: ")
endif()
if(NOT joined MATCHES "${beside}" AND NOT first MATCHES "/${file}:")
  message(NOTICE "${output}")
  message(FATAL_ERROR "the user's line does not stand beside the error")
endif()

file(READ ${root}/docs/errors.md docs)
set(texts 0)
set(rest "${program}")
while(rest MATCHES "^// error(\\(([A-Za-z]+)\\))?: ([^\n]+)\n")
  math(EXPR texts "${texts} + 1")
  set(only "${CMAKE_MATCH_2}")
  set(text "${CMAKE_MATCH_3}")
  string(LENGTH "${CMAKE_MATCH_0}" length)
  string(SUBSTRING "${rest}" ${length} -1 rest)
  string(FIND "${first}" "${text}" position)
  if(position EQUAL -1 AND (NOT only OR only STREQUAL id))
    message(NOTICE "${output}")
    message(FATAL_ERROR "the compiler does not say: ${text}")
  endif()
  if(texts EQUAL 1)
    string(REGEX REPLACE "^[^ ]+\\.cpp:[0-9]+: " "" listed "${text}")
    string(REGEX REPLACE "^[a-z]+<[a-z]+>, option [0-9]+: " "" listed "${listed}")
    string(FIND "${docs}" "${listed}" position)
    if(position EQUAL -1)
      message(FATAL_ERROR "docs/errors.md does not list: ${listed}")
    endif()
  endif()
endwhile()
if(texts EQUAL 0)
  message(FATAL_ERROR "the first line must be // error: <text>")
endif()

if(NOT id STREQUAL GNU)  # one compiler says that
  return()
endif()
execute_process(COMMAND ${command} -DIGATA_FIXED ${source} RESULT_VARIABLE result ERROR_VARIABLE output OUTPUT_VARIABLE output)
if(NOT result EQUAL 0)
  message(NOTICE "${output}")
  message(FATAL_ERROR "with -DIGATA_FIXED it must compile")
endif()
