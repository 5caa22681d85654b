// Four moves that tools/aligned_moves.py must find and four that it must let pass; of the four, the assembler's flag makes three harmless.
asm(R"(.text
igata_moves:
  vmovaps %ymm0, 32(%rsp)
  vmovdqa64 %zmm1, (%rcx)
  vmovdqa 64(%rbp), %ymm2
  vmovntps %zmm0, 64(%rsp)
  vmovups %ymm0, 32(%rsp)
  vmovaps %ymm2, %ymm1
  vmovapd %xmm1, (%rsp)
  vmovntps %ymm0, (%rcx)
)");
