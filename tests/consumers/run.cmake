# Configures, builds and runs one project that uses igata, after installing igata into a prefix of its own where it needs that.
#
#   cmake -D consumer=find_package -D compiler=g++ -D generator=Ninja -D root=. -D build=build/test -D work=/tmp/igata -P tests/consumers/run.cmake
file(REMOVE_RECURSE ${work})
set(options)
if(consumer STREQUAL find_package)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
  set(options -D CMAKE_PREFIX_PATH=${work}/prefix)
else()
  set(options -D IGATA_ROOT=${root})
endif()
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${CMAKE_COMMAND} -G ${generator} -S ${root}/tests/consumers/${consumer} -B ${work}/build
  -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_FLAGS_RELEASE=-O1 ${options})
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${CMAKE_COMMAND} --build ${work}/build)
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${work}/build/consumer)
