// Regions of scalar code whose time is small beside that of the kernels it calls: optimised and exact whatever the user's flags are,
// without passes that cost compile time and give such code nothing. No header may be included inside one.
#pragma once

#if defined(__clang__)
#define IGATA_SCALAR_CODE
#define IGATA_SCALAR_CODE_END
#else
#define IGATA_SCALAR_CODE              \
  _Pragma("GCC push_options") _Pragma( \
      "GCC optimize(\"O1\", \"no-fast-math\", \"fp-contract=off\", \"no-tree-pta\", \"no-tree-dominator-opts\", \"no-tree-fre\", \"no-tree-ccp\")")
#define IGATA_SCALAR_CODE_END _Pragma("GCC pop_options")
#endif
