igata_variant(wide -DIGATA_TEST_WIDE)  # lanes of 64 bits
