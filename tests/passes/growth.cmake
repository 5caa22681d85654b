target_compile_options(${target} PRIVATE -fsanitize-coverage=trace-pc)
set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)  # with other flags
