// Where the elements of a node lie: strides over the memory of another node. Movement primitives cost nothing where a view can tell them.
#pragma once
#include "../ops/movement.hpp"
#include "../ops/slice.hpp"

namespace igata::inline IGATA_ABI::plan {

// Element (i, j, …) of the node is at offset + i * stride[0] + j * stride[1] … of `base`'s memory.
struct view {
  int base = -1;
  int offset = 0;
  int stride[max_rank]{};
};

constexpr view contiguous_view(int base, const shape& dims) {
  view v{base};
  for (int i = dims.rank, step = 1; i-- > 0; step *= dims.d[i]) v.stride[i] = step;
  return v;
}

// Whether an axis has more than one position.
constexpr bool varies(const shape& dims, int axis) { return dims.d[axis] != 1 || (axis == 0 && dims.rows_of); }

constexpr bool is_contiguous(const view& v, const shape& dims) {
  int step = 1;
  for (int i = dims.rank; i-- > 0; step *= dims.d[i])
    if (varies(dims, i) && v.stride[i] != step) return false;
  return true;
}

// One stride for all axes begin … end together, where there is one. `batched`: axis 0 varies even if its extent is 1.
template <class T>
struct collapsed {
  bool ok = true;
  T stride = 0;
};
template <class T>
constexpr collapsed<T> collapse(const T* stride, const T* extent, bool batched, int begin, int end) {
  collapsed<T> c;
  T next = 0;
  bool first = true;
  for (int i = end; i-- > begin;) {
    if (extent[i] == 1 && !(i == 0 && batched)) continue;
    if (first) c.stride = stride[i];
    else if (stride[i] != next) c.ok = false;
    first = false;
    next = stride[i] * extent[i];
  }
  return c;
}
constexpr collapsed<int> collapse(const view& v, const shape& dims, int begin, int end) {
  return collapse(v.stride, dims.d, dims.rows_of, begin, end);
}

// The view of an operand that is broadcast to `dims`.
constexpr view broadcast_view(const view& v, const shape& own, const shape& dims) {
  view r;
  r.base = v.base;
  r.offset = v.offset;
  const int shift = dims.rank - own.rank;
  for (int i = 0; i < own.rank; ++i)
    if (varies(own, i)) r.stride[i + shift] = v.stride[i];
  return r;
}

// The view of a movement primitive, given its operand's; false where only a copy tells it.
constexpr bool view_of_movement(const graph& g, const node& v, const view& x, view& result) {
  const shape& from = g.operand_node(v, 0).dims;
  switch (v.code) {
    case op::transpose: {
      const per_axis<transpose_axis> order = attributes_of<op::transpose>(g, v);
      result = x;
      for (int i = 0; i < v.dims.rank; ++i) result.stride[i] = x.stride[order[i].from];
      return true;
    }
    case op::broadcast_to: result = broadcast_view(x, from, v.dims); return true;
    case op::slice: {
      const per_axis<slice_axis> part = attributes_of<op::slice>(g, v);
      result = x;
      for (int i = 0; i < v.dims.rank; ++i) {
        result.offset += part[i].begin * x.stride[i];
        result.stride[i] = x.stride[i] * part[i].step;
      }
      return true;
    }
    case op::reverse: {
      const int mask = attributes_of<op::reverse>(g, v).axis_mask;
      result = x;
      for (int i = 0; i < v.dims.rank; ++i)
        if (mask >> i & 1) {
          result.offset += (v.dims.d[i] - 1) * x.stride[i];
          result.stride[i] = -x.stride[i];
        }
      return true;
    }
    case op::reshape: {
      if (is_contiguous(x, from)) {
        result = contiguous_view(x.base, v.dims);
        result.offset = x.offset;
        return true;
      }
      // Only axes of extent 1 come or go: strides follow the axes that vary.
      int a = 0;
      result = {};
      result.base = x.base;
      result.offset = x.offset;
      for (int i = 0; i < v.dims.rank; ++i) {
        if (!varies(v.dims, i)) continue;
        while (a < from.rank && !varies(from, a)) ++a;
        if (a == from.rank || from.d[a] != v.dims.d[i]) return false;
        result.stride[i] = x.stride[a++];
      }
      while (a < from.rank && !varies(from, a)) ++a;
      return a == from.rank;
    }
    default: return false;
  }
}

}  // namespace igata::inline IGATA_ABI::plan
