// A program whose graph is drawn at run time: the same passes, the same kernels, the same bits as a program<…> of these options.
//
//   session net([&](builder& s) { s.output("scores", model(s.input("image", rows({height, width, 3})))); }, {.max_batch = 8});
//   net.use(net.pack(weights));
//   net.run({image}, {scores}, n);
//
// Plan and packed weights are shared and never change. A copy is another caller's: it shares both and has memory of its own.
#pragma once
#include "dump.hpp"
#include "require_isa.hpp"
#include "session_arguments.hpp"
#include "session_plan.hpp"

namespace igata::inline IGATA_ABI {

class session {
 public:
  // What F draws, without weights yet: of mode::packed. Throws error with the text that a compiler would give.
  template <std::invocable<builder&> F>
  explicit session(const F& draw, session_options options = {}) : session(drawn(draw, options), nullptr) {}
  // With the variables of a store, which it reads, and in training writes, in every run; those that it lacks are added. Of mode::packed they are
  // packed.
  template <std::invocable<builder&> F>
  session(const F& draw, variable_store& store, session_options options = {}, seed first = {}) : session(drawn(draw, options), &store, first) {}
  template <std::invocable<builder&> F>
  session(const F& draw, const variable_store& weights, session_options options = {}) : session(drawn(draw, options), nullptr) {
    use(pack(weights));
  }
  session(const session& other)
      : plan_(other.plan_), store_(other.store_), packed_(other.packed_), memory_(made(*plan_.operator->(), store_, packed_)), isa_(other.isa_),
        bound_(other.bound_) {
    make_lists();
    choose(isa_);
  }
  session(session&&) noexcept = default;
  session& operator=(session other) noexcept {
    std::swap(plan_, other.plan_);
    std::swap(store_, other.store_);
    std::swap(packed_, other.packed_);
    std::swap(memory_, other.memory_);
    std::swap(in_, other.in_);
    std::swap(out_, other.out_);
    std::swap(isa_, other.isa_);
    std::swap(bound_, other.bound_);
    return *this;
  }

  int max_batch() const { return plan_->options.max_batch; }
  bool is_training() const { return plan_->options.made_for == mode::training; }
  int input_count() const { return plan_->known.inputs.size(); }
  std::string_view input_name(int i) const { return plan_->known.inputs[i].name; }
  dtype input_type(int i) const { return plan_->known.inputs[i].type; }
  int input_row(int i = 0) const { return plan_->known.inputs[i].row; }  // elements; of a row where it has rows
  bool input_has_rows(int i) const { return plan_->known.inputs[i].rows_of == batch_symbol; }
  int output_count() const { return plan_->known.outputs.size(); }
  std::string_view output_name(int i) const { return plan_->known.outputs[i].name; }
  dtype output_type(int i) const { return plan_->known.outputs[i].type; }
  int output_row(int i = 0) const { return plan_->known.outputs[i].row; }
  bool output_has_rows(int i) const { return plan_->known.outputs[i].rows_of == batch_symbol; }
  std::size_t arena_bytes() const { return plan_->tables().arena_bytes; }
  long long parameter_count() const { return plan_->known.parameters; }
  // What each pass made of it, as text: dump<net_t>.
  std::string dump(std::string_view pass) const { return detail::dumped(plan_->made, pass); }

  // The model's variables with their first values: what a file of weights is read into.
  variable_store variables(seed first = {}, const executor& threads = {}) const {
    variable_store fresh;
    const detail::fast_values fast{threads, plan::draw_uniform_of};
    declare_variables(plan_->made.bind, fresh, first, fast);
    declare_variables(plan_->variables(), fresh, first, fast);
    return fresh;
  }
  // Weights for any number of copies and threads. Throws where they are another model's.
  packed_weights pack(const variable_store& weights, const executor& threads = {}) const {
    if (!plan_->made.splits) raise("session: pack: its weights are the variables of a store; give it mode::packed");
    return packed_weights::make(plan_->made.bind, plan_->made.values.data(), plan_->made.values.size(), weights, detail::all_bind_code, threads);
  }
  // Other weights from the next run on. May throw; not beside a run.
  void use(packed_weights packed) {
    if (!plan_->made.splits) raise("session: use: its weights are the variables of a store; give it mode::packed");
    packed.expect(plan_->made.values.data(), plan_->made.values.size());
    packed_ = packed;
    bound_ = true;
    memory_.use<every>(std::move(packed));
  }
  void use(executor threads) { memory_.use(threads, (static_cast<std::size_t>(plan_->made.planned.scratch) + 79) / 16 * 64); }
  void use(isa which) {
    detail::require_isa(which);
    choose(which);
  }
  // f(path of the parameter, gradient), in a training with optim::gradient_hook{}.
  template <class F>
  void on_gradient(F f) {
    if (plan_->called.empty()) raise("session: on_gradient: the session hands no gradients out; give it optim::gradient_hook{}");
    owner<detail::gradient_function> function(new detail::gradient_function_of<F>(std::move(f)));
    memory_.use<every>(owner<detail::gradient_calls>(new detail::gradient_calls{plan_->called.data(), plan_->variables(), std::move(function)}));
  }

  // n rows of every input in order, memory for every result in order; dims that pointers do not tell behind n. Neither allocates nor locks.
  template <fixed_string... Names>
  status run(const session_inputs& in, const session_results& out, int n, dim_size<Names>... dims) noexcept {
    if (const status s = kinds(in, out); !s) return s;
    symbol_sizes sizes = sizes_of(in, out, n);
    status unknown;
    (..., (unknown ? void(unknown = tell<Names>(sizes, dims.value)) : void()));
    return unknown ? run(in, out, sizes, false) : unknown;
  }
  // As many rows as the inputs hold, and results for just these.
  status run(const session_inputs& in, const session_results& out) noexcept {
    if (const status s = kinds(in, out); !s) return s;
    int n = in.rows_by(plan_->known.inputs, batch_symbol);
    if (n == detail::not_told) {
      for (const input_facts& x : plan_->known.inputs)
        if (x.rows_of == batch_symbol) return {status::code::wrong_rows, 0, -1, 0, max_batch()};
      n = 1;
    }
    return run(in, out, sizes_of(in, out, n), true);
  }

 private:
  static constexpr plan::kernel_subset every = plan::kernel_subset::all();

  template <class F>
  static detail::session_plan drawn(const F& draw, const session_options& options) {
    builder b(options.made_for == mode::training);
    draw(b);
    return detail::plan_session(b.get(), detail::program_name<F>("session"), options);
  }
  session(detail::session_plan&& plan, variable_store* store, seed first = {})
      : plan_(std::move(plan)), store_(plan_->made.splits ? nullptr : store), memory_(made(*plan_.operator->(), store_, packed_, first)) {
    bound_ = !plan_->needs_weights();
    make_lists();
    choose(best_isa());
    if (plan_->made.splits && store) use(pack(*store));
  }
  static detail::program_memory made(const detail::session_plan& plan, variable_store* store, const packed_weights& packed, seed first = {}) {
    if (plan.made.splits) return {plan.tables(), packed};
    if (!store) raise("session: it reads the variables of a store; pass one behind the function, or give it mode::packed");
    join_store(plan.variables(), *store, first);
    return {plan.tables(), *store};
  }
  void make_lists() {
    in_ = vec<const void*>(input_count());
    out_ = vec<void*>(output_count());
  }
  void choose(isa which) {
    isa_ = which;
    memory_.choose(&plan::kernels_of(which), plan_->functions[detail::place_of(which)].data(), plan_->program_list.data());
    if (bound_) memory_.bind<every>();
  }

  status kinds(const session_inputs& in, const session_results& out) const noexcept {
    if (const status s = in.wrong_kind(plan_->known.inputs, plan_->inputs_view); !s) return s;
    return out.wrong_kind(plan_->known.outputs, plan_->results_view);
  }
  symbol_sizes sizes_of(const session_inputs& in, const session_results& out, int n) const noexcept {
    symbol_sizes sizes(n);
    for (int i = 0; i < plan_->known.symbol_count; ++i) {
      int& size = sizes.of[2 + i];
      size = in.rows_by(plan_->known.inputs, symbol{2 + i});
      if (size == detail::not_told) size = out.rows_by(plan_->known.outputs, symbol{2 + i});
    }
    return sizes;
  }
  template <fixed_string Name>
  status tell(symbol_sizes& sizes, int value) const noexcept {
    static constexpr std::string_view name = Name.view();
    for (int i = 0; i < plan_->known.symbol_count; ++i)
      if (plan_->known.symbols[i].name == name) return sizes.of[2 + i] = value, status{};
    return {status::code::unknown_dim, 0, 0, 0, 0, &name};
  }
  status run(const session_inputs& in, const session_results& out, const symbol_sizes& sizes, bool exactly) noexcept {
    const detail::facts& known = plan_->known;
    bool fits = sizes[batch_symbol] <= max_batch();
    for (int i = 0; i < known.symbol_count; ++i) fits &= sizes.of[2 + i] != detail::not_told && sizes.of[2 + i] <= known.symbols[i].most;
    if (fits) {
      if (const status s = in.wrong_size(known.inputs, sizes, exactly); !s) return s;
      if (const status s = out.wrong_size(known.outputs, sizes, exactly); !s) return s;
    }
    for (int i = 0; i < in.size(); ++i) in_[i] = in[i].at;
    for (int i = 0; i < out.size(); ++i) out_[i] = out[i].at;
    if (const status s = detail::check_symbols(known.symbols, known.symbol_count, sizes); !s) return s;
    if (const detail::misfit m = detail::first_misfit(known.inputs.data(), in.size(), in_.data(), sizes, max_batch());
        m.input != detail::misfit::none)
      return detail::status_of(m, known.inputs.data(), in_.data(), sizes[batch_symbol], max_batch());
    if (!bound_) return {status::code::missing_weights};
    if (!plan_->called.empty() && !memory_.has_calls()) return {status::code::missing_function};
    const plan::execution_context& c = memory_.at<true>(in_.data(), out_.data(), sizes);
    [[maybe_unused]] const detail::exact_scope exact;
    const plan::execution_plan& p = plan_->made.planned;
    plan::execute<every>(p.steps.data(), p.steps.size(), max_batch(), c);
    return {};
  }

  shared<detail::session_plan> plan_;
  variable_store* store_ = nullptr;
  packed_weights packed_;
  detail::program_memory memory_;
  vec<const void*> in_;
  vec<void*> out_;
  isa isa_ = compiled_isas[0];
  bool bound_ = false;  // weights are there
};

}  // namespace igata::inline IGATA_ABI
