if(IGATA_EXHAUSTIVE_TESTS)  # preset exhaustive: more rows than a dataset can count
  igata_variant(exhaustive -O2 -DIGATA_EXHAUSTIVE)
  set_tests_properties(${name}@exhaustive PROPERTIES LABELS exhaustive)
endif()
