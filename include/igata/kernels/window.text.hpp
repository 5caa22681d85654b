// Which output positions of a row read which part of the image. Text: see primitives.text.hpp.

inline constexpr real one = 1;

// The elements of a window at `position` that lie inside the image.
[[gnu::noinline]] inline range elements_inside(index position, index size, index kernel, index dilation) {
  if (position >= 0 && position + (kernel - 1) * dilation < size) return {0, kernel};
  const index begin = position < 0 ? (-position + dilation - 1) / dilation : 0;
  const index inside = size > position ? (size - position + dilation - 1) / dilation : 0;
  return {smaller(begin, kernel), smaller(inside, kernel)};
}

// The output positions whose element at `offset` (k * dilation - padding) lies inside the image.
[[gnu::noinline]] inline range positions_inside(index offset, index size, index stride, index outputs) {
  const index begin = offset < 0 ? (-offset + stride - 1) / stride : 0;
  const index end = size > offset ? (size - offset + stride - 1) / stride : 0;
  return {smaller(begin, outputs), smaller(end, outputs)};
}

// From `first` on: where the run of positions ends whose windows have the same elements inside the image.
inline index same_elements(index first, index behind, index stride, index pad, index size, index kernel, index dilation, range& elements) {
  elements = elements_inside(first * stride - pad, size, kernel, dilation);
  if (elements.size() == kernel) {
    const range whole = positions_inside((kernel - 1) * dilation - pad, size, stride, behind);
    return whole.end;
  }
  index end = first + 1;
  for (; end < behind; ++end) {
    const range next = elements_inside(end * stride - pad, size, kernel, dilation);
    if (next.begin != elements.begin || next.end != elements.end) break;
  }
  return end;
}

// A part of an image.
struct pixel_box {
  index top, bottom, left, right;
};
