# Nearly all of its time is constant evaluation.
target_compile_options(${target} PRIVATE -O0)
