if(IGATA_EXHAUSTIVE_TESTS)  # preset exhaustive: every float32
  igata_variant(exhaustive -DIGATA_SWEEP_STEP=1)
  set_tests_properties(${name}@exhaustive PROPERTIES TIMEOUT 7200 LABELS exhaustive)
endif()
