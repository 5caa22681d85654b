igata_variant(small_target -DIGATA_SMALL_TARGET=1 -DIGATA_MAX_ISA=0)
