// A program whose graph is drawn at run time: the same passes, the same kernels, the same bits as a program<…> of these options.
//
//   session net([&](builder& s) { s.output("scores", model(s.input("image", rows({height, width, 3})))); }, {.max_batch = 8});
//   session net = session::inference<in<"image", 224, 224, 3>>(model, {.max_batch = 8});    the same without a builder
//   net.use(net.pack(weights));
//   net.run({image}, {scores}, n);
//   net.resize({{"image", {192, 256, 3}}}, weights);      from here on for other extents
//
// Plans and packed weights are shared and never change. A copy is another caller's: it shares both and has memory of its own.
#pragma once
#include "inference_spec.hpp"
#include "require_isa.hpp"
#include "session_arguments.hpp"
#include "session_plans.hpp"
#include "training_spec.hpp"
#if !defined(IGATA_SEPARATE_SESSIONS)
#include "session_code.hpp"
#endif

namespace igata::inline IGATA_ABI {

namespace detail {
struct profile_access;
template <auto Model, auto... Options>
using training_step = training_spec<true, Model, Options...>;
template <auto Model, auto... Options>
using training_evaluation = training_spec<false, Model, Options...>;
}  // namespace detail

class session {
 public:
  using inputs = session_inputs;
  using results = session_results;
  using result = session_result;

  // What F draws, without weights yet: of mode::packed. F is copied, and called once for each plan. Throws what a compiler would say.
  template <std::invocable<builder&> F>
  explicit session(const F& draw, session_options options = {}) : session(drawn(draw), options, nullptr) {}
  // With the variables of a store, which it reads, and in training writes, in every run; those that it lacks are added. mode::packed packs them.
  template <std::invocable<builder&> F>
  session(const F& draw, variable_store& store, session_options options = {}, seed first = {}) : session(drawn(draw), options, &store, first) {}
  template <std::invocable<builder&> F>
  session(const F& draw, const variable_store& weights, session_options options = {}) : session(drawn(draw), options, nullptr) {
    use(pack(weights));
  }
  // A model, and behind `session::` what stands behind it in inference<…> and training<…>; max_batch is the session's.
  template <auto... Options>
    requires detail::SessionOptions<Options...>
  static session inference(const auto& model, session_options options = {}) {
    return {of_model<detail::inference_spec, Options...>(model), options, nullptr};
  }
  template <auto... Options>
    requires detail::SessionOptions<Options...>
  static session inference(const auto& model, variable_store& store, session_options options = {}, seed first = {}) {
    return {of_model<detail::inference_spec, Options...>(model), options, &store, first};
  }
  template <auto... Options>
    requires detail::SessionOptions<Options...>
  static session inference(const auto& model, const variable_store& weights, session_options options = {}) {
    session s = inference<Options...>(model, options);
    s.use(s.pack(weights));
    return s;
  }
  template <auto... Options>
    requires detail::SessionOptions<Options...>
  static session training(const auto& model, variable_store& store, session_options options = {}, seed first = {}) {
    options.made_for = mode::training;
    return {of_model<detail::training_step, Options...>(model), options, &store, first};
  }
  // Of the same options: the model's results, losses and metrics, without a step.
  template <auto... Options>
    requires detail::SessionOptions<Options...>
  static session evaluation(const auto& model, variable_store& store, session_options options = {}, seed first = {}) {
    options.made_for = mode::inference;
    return {of_model<detail::training_evaluation, Options...>(model), options, &store, first};
  }
  session(const session& other)
      : plans_(other.plans_), plan_(other.plan_), store_(other.store_), packed_(other.packed_), kept_(other.kept_),
        memory_(made(*plan_.operator->(), store_, packed_)), isa_(other.isa_), bound_(other.bound_) {
    make_lists();
    choose(isa_);
  }
  session(session&&) noexcept = default;
  session& operator=(session other) noexcept {
    std::swap(plans_, other.plans_);
    std::swap(plan_, other.plan_);
    std::swap(store_, other.store_);
    std::swap(packed_, other.packed_);
    std::swap(kept_, other.kept_);
    std::swap(memory_, other.memory_);
    std::swap(threads_, other.threads_);
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
  const shape& input_shape(int i = 0) const { return plan_->made.built.inputs[i].dims; }
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
  symbol output_rows_of(int i) const { return plan_->known.outputs[i].rows_of; }
  // What each pass made of it; as text: dump<net_t>.
  const plan::compilation& compiled() const { return plan_->made; }
  std::string dump(std::string_view pass) const { return unit::dump(*plan_.operator->(), pass); }

  // The model's variables with their first values: what a file of weights is read into.
  variable_store variables(seed first = {}, const executor& threads = {}) const {
    return unit::variables(*plan_.operator->(), first, threads);
  }
  // Weights for any number of copies and threads. Throws where they are another model's.
  packed_weights pack(const variable_store& weights, const executor& threads = {}) const {
    if (!plan_->made.splits) raise("session: pack: its weights are the variables of a store; give it mode::packed");
    return unit::packed(*plan_.operator->(), weights, threads);
  }
  // Other weights from the next run on. May throw; not beside a run.
  void use(packed_weights packed) {
    if (!plan_->made.splits) raise("session: use: its weights are the variables of a store; give it mode::packed");
    packed.expect(plan_->made.values.data(), plan_->made.values.size());
    kept_ = {};
    kept_.keep(plan_, packed);
    packed_ = packed;
    bound_ = true;
    memory_.use(std::move(packed));
    unit::bind(memory_);
  }
  bool has_weights() const { return bound_; }
  void use(executor threads) {
    memory_.use(threads, plan_->scratch_bytes());
    threads_ = threads;
  }
  void use(isa which) {
    detail::require_isa(which);
    choose(which);
  }
  // From the next run on for inputs of these extents, {{"image", {192, 256, 3}}}, without n; others stay. The plan is one that is kept, or is made;
  // it may want weights in another form: has_weights(). Throws what is wrong, and is then as before. Not beside a run. on_gradient must follow.
  void resize(const std::initializer_list<resized_input>& changed) { resize(changed, nullptr); }
  // The same, and packs the weights of the last use again where it must.
  void resize(const std::initializer_list<resized_input>& changed, const variable_store& weights) { resize(changed, &weights); }
  // f(path of the parameter, gradient), in a training with optim::gradient_hook{}.
  template <class F>
  void on_gradient(F f) {
    detail::expect_takes<F>(plan_->called, plan_->variables());
    owner<detail::gradient_function> function(new detail::gradient_function_of<F>(std::move(f)));
    memory_.use(owner<detail::gradient_calls>(new detail::gradient_calls{plan_->called.data(), plan_->variables(), std::move(function)}));
    unit::bind(memory_);
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
  friend struct detail::profile_access;
  using unit = detail::session_unit;

  using drawing = owner<detail::drawing>;
  template <class F>
  static drawing drawn(const F& draw) {
    drawing d(new detail::drawing_of<F>(draw));
    d->name = detail::program_name<F>("session");
    return d;
  }
  template <template <auto, auto...> class Spec, auto... Options, class Model>
  static drawing of_model(const Model& model) {
    using spec = Spec<detail::model_to_come<Model>{}, Options...>;
    const auto draw = [model](builder& s) { spec::build_with(s, model); };
    drawing d(new detail::drawing_of<decltype(draw)>(draw));
    d->name = spec::name();
    d->leaves_inputs = spec::leaves_inputs;
    return d;
  }
  session(drawing&& draw, const session_options& options, variable_store* store, seed first = {})
      : plans_(detail::session_plans(std::move(draw), options)), plan_(plans_->with({})), store_(plan_->made.splits ? nullptr : store),
        memory_(made(*plan_.operator->(), joined(*plan_.operator->(), store_, first), packed_)) {
    bound_ = !plan_->needs_weights();
    make_lists();
    choose(best_isa());
    if (plan_->made.splits && store) use(pack(*store));
  }
  void resize(const std::initializer_list<resized_input>& changed, const variable_store* weights) {
    const shared<detail::session_plan> next = plans_->with(plan_->resized_by(changed));
    packed_weights packed = kept_.of(*next.operator->());
    if (weights && packed.empty() && next->made.splits) packed = unit::packed(*next.operator->(), *weights, {});
    detail::program_memory memory = made(*next.operator->(), store_, packed);
    if (threads_.parts > 1) memory.use(threads_, next->scratch_bytes());
    if (!packed.empty()) kept_.keep(next, packed);
    plan_ = next;
    packed_ = std::move(packed);
    memory_ = std::move(memory);
    bound_ = !plan_->needs_weights() || !packed_.empty();
    make_lists();
    choose(isa_);
  }
  static variable_store* joined(const detail::session_plan& plan, variable_store* store, seed first) {
    if (!plan.made.splits && !store) raise("session: it reads the variables of a store; pass one behind the function, or give it mode::packed");
    if (!plan.made.splits) unit::join(plan, *store, first);
    return store;
  }
  static detail::program_memory made(const detail::session_plan& plan, variable_store* store, const packed_weights& packed) {
    return plan.made.splits ? detail::program_memory(plan.tables(), packed) : detail::program_memory(plan.tables(), *store);
  }
  void make_lists() {
    in_ = vec<const void*>(input_count());
    out_ = vec<void*>(output_count());
  }
  void choose(isa which) {
    isa_ = which;
    unit::choose(memory_, *plan_.operator->(), which);
    if (bound_) unit::bind(memory_);
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
    unit::execute(p.steps.data(), p.steps.size(), max_batch(), c);
    return {};
  }

  shared<detail::session_plans> plans_;
  shared<detail::session_plan> plan_;
  variable_store* store_ = nullptr;
  packed_weights packed_;
  detail::session_weights kept_;  // packed for the last plans
  executor threads_;
  detail::program_memory memory_;
  vec<const void*> in_;
  vec<void*> out_;
  isa isa_ = compiled_isas[0];
  bool bound_ = false;  // weights are there
};

}  // namespace igata::inline IGATA_ABI
