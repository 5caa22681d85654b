if(IGATA_EXHAUSTIVE_TESTS)  # preset exhaustive: a column of more words than a float can number
  igata_variant(exhaustive -O2 -DIGATA_EXHAUSTIVE)
  set_tests_properties(${name}@exhaustive PROPERTIES LABELS exhaustive)
endif()
