include(${CMAKE_CURRENT_SOURCE_DIR}/sessions.cmake)
