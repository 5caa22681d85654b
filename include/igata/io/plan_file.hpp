// Plans as files: what one machine has planned another looks at, compares or runs. Nothing in a plan belongs to a machine but the length of its
// records, which are laid out anew. A file names what it is a plan of and the kernels that it calls, each by a hash; another program's file, or one
// that other kernels understand otherwise, is refused, and so is a damaged one. What a step is told is looked at as far as its length; a file that
// somebody forged can name any memory: run plans only from where you would run code from.
//
//   io::plan_file::save<net_t>("digits.plan");
//   const plan p = io::plan_file::load<net_t>("digits.plan");
//
// All numbers are little-endian: "igata plan\n", five zeros, a 32-bit format number, its hashes, seven sizes, four counts; then steps, integers,
// programs and constants; then a hash of all that.
#pragma once
#include <bit>          // bit_cast
#include <cstdint>      // uint64_t
#include <string>       // string
#include <string_view>  // string_view

#include "../core/hash_table.hpp"
#include "../plan/plan.hpp"
#include "output_file.hpp"

namespace igata::inline IGATA_ABI::io::plan_file {

namespace detail {
using namespace plan;

inline constexpr std::string_view plan_magic{"igata plan\n\0\0\0\0\0", 16};
inline constexpr std::uint32_t plan_format = 2;

constexpr hasher& operator<<(hasher& h, std::string_view s) {
  h << static_cast<long long>(s.size());
  for (const char c : s) h << static_cast<unsigned char>(c);
  return h;
}
// Of the kernels and instructions, by name, and of how many integers a kernel is told.
constexpr std::uint64_t kernels_hash() {
  hasher h;
#define IGATA_KERNEL(name, fields) h << std::string_view(#name) << words_of<fields<planned>>;
#include "../target/kernels.inc"
#undef IGATA_KERNEL
  for (const std::string_view name : opcode_name) h << name;
  h << max_pointwise_inputs << max_pointwise_outputs << max_pointwise_length << panel_width << line_floats << operand_words;
  return h.state;
}
// Of what a plan is made of.
inline std::uint64_t hash_of(const graph& g) {
  hasher h;
  const auto dims = [&](const shape& s) {
    h << s.rank << static_cast<int>(s.rows_of);
    for (int i = 0; i < s.rank; ++i) h << s.d[i];
  };
  for (const node& v : g.nodes) {
    h << static_cast<int>(v.code) << static_cast<int>(v.type) << v.arity << v.attribute_count
      << static_cast<long long>(std::bit_cast<std::uint64_t>(v.number));
    dims(v.dims);
    for (int i = 0; i < v.arity; ++i) h << g.operand(v, i);
    for (int i = 0; i < v.attribute_count; ++i) h << g.attributes.items[v.attributes + i];
  }
  for (const variable& v : g.variables) {
    h << g.path_of(v).view() << static_cast<int>(v.type);
    dims(v.dims);
  }
  for (int i = 0; i < g.symbols.count; ++i) h << g.view(g.symbols.items[i].name) << g.symbols.items[i].most;
  for (const input_entry& i : g.inputs) h << g.view(i.name) << i.id;
  for (const output_entry& o : g.outputs) h << g.view(o.name) << o.id;
  for (const assignment& a : g.assigns) h << a.variable << a.id;
  h << g.training;
  return h.state;
}

class plan_writer {
 public:
  std::string run(const execution_plan& p, std::uint64_t of) {
    bytes_ = plan_magic;
    put(plan_format);
    put(of);
    put(kernels_hash());
    put(p.arena), put(p.scratch), put(p.max_batch), put(p.arena_without_reuse);
    put(p.steps.size()), put(p.ints.size()), put(p.programs.size()), put(p.constants.size());
    for (const plan_step& s : p.steps)
      put(static_cast<int>(s.kind) | s.wide << 8), put(s.program), put(s.first), put(s.group), put(s.work), put(s.together), put(s.row);
    for (const int x : p.ints) put(x);
    for (const pointwise_program& x : p.programs) {
      for (const std::uint8_t b : {x.inputs, x.outputs, x.length, x.has_random}) put(b);
      for (const column_access k : x.kind) put(static_cast<std::uint8_t>(k));
      for (const std::uint8_t r : x.result) put(r);
      for (const std::uint32_t c : x.code) put(c);
      put(x.stores);
    }
    for (const std::uint32_t c : p.constants) put(c);
    hasher h;
    h << std::string_view(bytes_);
    put(h.state);
    return std::move(bytes_);
  }

 private:
  template <class T>
  void put(T x) {
    for (std::size_t i = 0; i < sizeof x; ++i) bytes_ += static_cast<char>(static_cast<std::make_unsigned_t<T>>(x) >> 8 * i & 255);
  }
  std::string bytes_;
};

class plan_reader {
 public:
  plan_reader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  execution_plan run(std::uint64_t of) {
    constexpr std::size_t step_bytes = 7 * 4, head = 16 + 4 + 8 + 8 + 3 * 4 + 8 + 4 * 4;
    constexpr std::size_t program_bytes = 8 + max_pointwise_inputs + max_pointwise_outputs + 4 * max_pointwise_length;
    if (bytes_.substr(0, plan_magic.size()) != plan_magic)
      fail("expected a plan of igata, got another kind of file; save it with io::plan_file::save");
    if (bytes_.size() < head + 8) fail("the file is cut short; copy it again");
    at_ = plan_magic.size();
    if (const auto format = get<std::uint32_t>(); format != plan_format)
      fail("format: expected " + std::to_string(plan_format) + ", got " + std::to_string(format) + "; save it with this version of igata");
    const auto graph = get<std::uint64_t>(), kernels = get<std::uint64_t>();
    hasher h;
    h << bytes_.substr(0, bytes_.size() - 8);
    const std::size_t behind = at_;
    at_ = bytes_.size() - 8;
    if (get<std::uint64_t>() != h.state) fail("the file is cut short or damaged; copy it again");
    at_ = behind;
    if (kernels != kernels_hash()) fail("its kernels are not this version's; save it with this version of igata");
    if (graph != of) fail("it is the plan of another program; save this program's");
    execution_plan p;
    p.arena = get<int>(), p.scratch = get<int>(), p.max_batch = get<int>(), p.arena_without_reuse = get<long long>();
    const auto steps = get<std::uint32_t>(), ints = get<std::uint32_t>(), programs = get<std::uint32_t>(), constants = get<std::uint32_t>();
    if (std::uint64_t{steps} * step_bytes + std::uint64_t{ints} * 4 + std::uint64_t{programs} * program_bytes + std::uint64_t{constants} * 4 + head +
            8 !=
        bytes_.size())
      fail("its counts do not fit its size; save it again");
    for (std::uint32_t i = 0; i < steps; ++i) {
      const int number = get<int>(), kind = number & ~256;
      if (kind < 0 || kind >= static_cast<int>(step_kind::count_)) fail("step " + std::to_string(i) + " has no kernel; save it again");
      plan_step s;
      s.kind = static_cast<step_kind>(kind);
      s.wide = number & 256;
      s.program = get<int>(), s.first = get<int>(), s.group = get<int>(), s.work = get<int>(), s.together = get<int>(), s.row = get<int>();
      p.steps.push(s);
    }
    for (std::uint32_t i = 0; i < ints; ++i) p.ints.push(get<int>());
    for (std::uint32_t i = 0; i < programs; ++i) {
      pointwise_program x{};
      x.inputs = get<std::uint8_t>(), x.outputs = get<std::uint8_t>(), x.length = get<std::uint8_t>(), x.has_random = get<std::uint8_t>();
      for (column_access& k : x.kind) k = static_cast<column_access>(get<std::uint8_t>());
      for (std::uint8_t& r : x.result) r = get<std::uint8_t>();
      for (std::uint32_t& c : x.code) c = get<std::uint32_t>();
      x.stores = get<std::uint32_t>();
      if (x.inputs > max_pointwise_inputs || x.outputs > max_pointwise_outputs || x.length > max_pointwise_length)
        fail("program " + std::to_string(i) + " is too long; save it again");
      p.programs.push(x);
    }
    for (std::uint32_t i = 0; i < constants; ++i) p.constants.push(get<std::uint32_t>());
    lay_out(p);
    return p;
  }

 private:
  // Records as this machine wants them; a step that does not have the integers of its kernel is refused.
  void lay_out(execution_plan& p) const {
    for (int i = 0; i < p.steps.size(); ++i) {
      plan_step& s = p.steps[i];
      const int end = i + 1 < p.steps.size() ? p.steps[i + 1].first : p.ints.size();
      const auto wrong = [&] {
        fail("step " + std::to_string(i) + " is not what its kernel, " + std::string(name_of(s.kind)) + ", is told; save it again");
      };
      if (s.first < 0 || s.first > end || end > p.ints.size()) wrong();
      with_fields<planned>(s.kind, [&]<class Fields>(const Fields&) {
        if (end - s.first < words_of<Fields>) wrong();
        const planned_loop loop = loop_in(read_fields<Fields>(p.ints.data() + s.first));
        if (loop.inputs < 0 || loop.inputs > max_pointwise_inputs || loop.given < 0 || loop.given > loop.inputs || loop.outputs < 0 ||
            loop.outputs > max_pointwise_outputs || loop.outer < 0 || loop.outer > max_rank)
          wrong();
        if (end - s.first != words_of<Fields> + loop_words(loop)) wrong();
        if (loop.is_there() && (s.program < 0 || s.program >= p.programs.size())) wrong();
        s.record = p.records;
        p.records += static_cast<int>(sizeof(bound_form<Fields>)) + loop_bytes(loop);
      });
    }
  }
  template <class T>
  T get() {
    std::make_unsigned_t<T> x = 0;
    for (std::size_t i = 0; i < sizeof x; ++i)
      x |= static_cast<std::make_unsigned_t<T>>(static_cast<std::make_unsigned_t<T>>(static_cast<unsigned char>(bytes_[at_++])) << 8 * i);
    return static_cast<T>(x);
  }
  [[noreturn]] void fail(const std::string& why) const { raise(file_ + ": plan: " + why); }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
};

}  // namespace detail

// A plan of the graph g as the bytes of a file, and back. The second throws error, which names `file`.
inline std::string to_bytes(const ir::graph& g, const plan::execution_plan& p) {
  detail::plan_writer writer;
  return writer.run(p, detail::hash_of(g));
}
inline plan::execution_plan from_bytes(const ir::graph& g, std::string_view bytes, const std::string& file) {
  detail::plan_reader reader(bytes, file);
  return reader.run(detail::hash_of(g));
}

// Of an inference<…>, or of a specification. Both throw error.
template <class Net>
void save(const std::string& path) {
  using code = typename Net::code;
  output_file out(path);
  out.write(to_bytes(code::main().thaw(), code::plan.thaw()));
  out.commit();
}
template <class Net>
plan::execution_plan load(const std::string& path) {
  input_file in(path);
  const std::string bytes = in.read_all();
  return from_bytes(Net::code::main().thaw(), bytes, in.path());
}

}  // namespace igata::inline IGATA_ABI::io::plan_file
