// Bind split: what depends on an inference program's weights only is computed once, when weights are packed. The graph is cut in two:
// `bind` computes the values that cross the cut from the variables, `main` reads them as leaves.
#pragma once
#include "../ir/finalize.hpp"
#include "../ops/matmul.hpp"
#include "../plan/convolution.hpp"

namespace igata::inline IGATA_ABI::plan {

// A value that crosses the cut. As panels it is the matrix [count / n, n] in the kernels' packed form, of a matrix transposed first if told so.
struct bound_value {
  shape dims;
  dtype type = f32;
  weight_form form = weight_form::plain;
  bool transposed = false;
};

struct bind_split {
  graph main, bind;
  vec<bound_value> values;
};

// `winograd`: filters may be transformed for it.
constexpr bind_split split_bind(const graph& g, bool winograd = true) {
  bind_split s;
  if (g.failed() || g.training) {
    s.main = g;
    return s;
  }
  const int count = g.nodes.size();
  vec<char> fixed(count), assigned(g.variables.size()), crosses(count);
  for (const assignment& a : g.assigns) assigned[a.variable] = 1;
  for (int id = 0; id < count; ++id) {
    const node& v = g.nodes[id];
    bool f = v.code != op::input && v.code != op::batch_size && v.code != op::random_uniform && !v.dims.rows_of;
    if (v.code == op::variable) f = !assigned[leaf_index(g, v)] && g.variables[leaf_index(g, v)].kind != role::key;
    for (int i = 0; i < v.arity && f; ++i) f = fixed[g.operand(v, i)];
    fixed[id] = f;
    if (!f)
      for (int i = 0; i < v.arity; ++i) crosses[g.operand(v, i)] = fixed[g.operand(v, i)];
  }
  for (const output_entry& o : g.outputs) crosses[o.id] = fixed[o.id];
  for (const assignment& a : g.assigns) crosses[a.id] = fixed[a.id];

  // A weight that only contractions read as their second operand is stored as they want it: all of them alike, or as panels. What the graph of
  // weights itself reads is not the stored form.
  vec<char> packed(count, 1), transposed(count);
  vec<weight_form> form(count, weight_form::plain);
  for (int id = 0; id < count; ++id) {
    const node& v = g.nodes[id];
    for (int i = 0; i < v.arity && !fixed[id]; ++i) {  // the other half has its own
      const int x = g.operand(v, i);
      if (!crosses[x]) continue;
      const bool bytes = v.code == op::byte_matmul || v.code == op::byte_conv2d;
      const bool product = (v.code == op::matmul || v.code == op::byte_matmul) && i == 1 && g.nodes[x].dims.rank == 2;
      const bool convolution = v.code == op::conv2d && i == 1 && attributes_of<op::conv2d>(g, v).groups == 1;
      const bool t = product && matmul_attributes_of(g, v).transpose_b;
      if (!product && !convolution && !(v.code == op::byte_conv2d && i == 1)) packed[x] = 0;
      const weight_form wanted = bytes ? weight_form::bytes : convolution ? filter_form(g, v, winograd) : weight_form::panels;
      form[x] = form[x] == weight_form::plain || form[x] == wanted ? wanted : weight_form::panels;
      if (transposed[x] == 0) transposed[x] = t ? 2 : 1;
      else if (transposed[x] != (t ? 2 : 1)) packed[x] = 0;
    }
  }
  for (const output_entry& o : g.outputs) packed[o.id] = 0;
  for (const assignment& a : g.assigns) packed[a.id] = 0;

  s.bind = g;
  s.bind.outputs.clear();
  s.bind.assigns.clear();
  s.main.chars = g.chars;
  s.main.scopes = g.scopes;
  s.main.symbols = g.symbols;
  s.main.variables = g.variables;
  vec<int> renamed(count, -1);
  for (int id = 0; id < count; ++id) {
    node v = g.nodes[id];
    const bool number = v.code == op::constant || v.code == op::iota;
    if (fixed[id] && !number && !crosses[id]) continue;
    const int first = v.first, attributes = v.attributes;
    v.first = s.main.edges.size();
    if (fixed[id] && !number) {
      set_attributes(s.main, v, leaf_attributes{s.values.size()});
      s.bind.outputs.push({{}, id});
      s.values.push({v.dims, v.type, packed[id] && (v.type == f32 || is_byte(v.type)) ? form[id] : weight_form::plain, transposed[id] == 2});
      v.code = op::bound;
      v.arity = 0;
    } else {
      for (int i = 0; i < v.arity; ++i) s.main.edges.push(renamed[g.edges[first + i]]);
      v.attributes = s.main.attributes.size();
      for (int i = 0; i < v.attribute_count; ++i) s.main.attributes.push(g.attributes[attributes + i]);
    }
    renamed[id] = s.main.nodes.size();
    s.main.nodes.push(v);
  }
  for (input_entry i : g.inputs) {
    if (i.id >= 0) i.id = renamed[i.id];
    s.main.inputs.push(i);
  }
  for (output_entry o : g.outputs) {
    o.id = renamed[o.id];
    s.main.outputs.push(o);
  }
  for (const assignment& a : g.assigns) s.main.assigns.push({a.variable, renamed[a.id]});
  s.main = finalize(s.main);
  s.bind = finalize(s.bind);
  return s;
}

template <class Values>
constexpr weight_forms forms_of(const Values& values, bool winograd = true) {
  weight_forms forms{{}, winograd};
  for (const bound_value& v : values) forms.bound.push(v.form);
  return forms;
}

}  // namespace igata::inline IGATA_ABI::plan
