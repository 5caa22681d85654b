// A product that no sum joins: clang's back end makes one operation of both under -ffp-contract=fast, which no macro tells and -ffast-math implies,
// whatever the region says. The fence is there where sums may be ordered anew, and no instruction. For targets of x86 that have the one operation.
// Text: see vectors.text.hpp.

IGATA_INLINE vec unfused(vec product) {
#if defined(__clang__)
  {
#pragma clang fp reassociate(on)
    return __arithmetic_fence(product);
  }
#else
  return product;
#endif
}
