# Configures, builds and runs one project that uses igata, after installing igata into a prefix of its own where it needs that.
#
#   cmake -D consumer=find_package -D compiler=g++ -D generator=Ninja -D root=. -D build=build/test -D work=/tmp/igata -P tests/consumers/run.cmake
file(REMOVE_RECURSE ${work})

function(build_and_run project folder)
  execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${CMAKE_COMMAND} -G ${generator} -S ${root}/tests/consumers/${project} -B ${folder}
    -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_FLAGS_RELEASE=-O1 ${ARGN})
  execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${CMAKE_COMMAND} --build ${folder})
  execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${folder}/consumer)
endfunction()
function(install folder)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${folder} --prefix ${work}/prefix COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()

if(consumer STREQUAL find_package)
  install(${build})
  build_and_run(find_package ${work}/build -D CMAKE_PREFIX_PATH=${work}/prefix)
else()
  build_and_run(${consumer} ${work}/build -D IGATA_ROOT=${root})
endif()
if(consumer STREQUAL fetch_content)  # what it installs brings igata
  install(${work}/build)
  build_and_run(exported ${work}/exported -D CMAKE_PREFIX_PATH=${work}/prefix)
endif()
