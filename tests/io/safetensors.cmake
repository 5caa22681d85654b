if(IGATA_EXHAUSTIVE_TESTS)  # preset exhaustive: a header of more than 100 MB
  igata_variant(exhaustive -O2 -DIGATA_EXHAUSTIVE)
  set_tests_properties(${name}@exhaustive PROPERTIES LABELS exhaustive)
endif()
