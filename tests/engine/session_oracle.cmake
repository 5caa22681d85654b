target_compile_options(${target} PRIVATE -finstrument-functions)
set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
