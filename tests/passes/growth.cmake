target_compile_options(${target} PRIVATE -fsanitize-coverage=trace-pc)
