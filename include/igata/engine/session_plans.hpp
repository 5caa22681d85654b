// The plans of a session and of its copies: one for each set of extents that its inputs were given, a bounded number, of which the least used goes.
// Any thread may ask for one.
#pragma once
#include "session_unit.hpp"

namespace igata::inline IGATA_ABI::detail {

// What draws a session's graph, for as many plans as are asked for.
struct drawing {
  text name;                   // "session<net>"
  bool leaves_inputs = false;  // what the function does not read is no mistake
  virtual ~drawing() = default;
  virtual void draw(builder& s) const = 0;
};
template <class F>
struct drawing_of final : drawing {
  F function;
  explicit drawing_of(const F& f) : function(f) {}
  void draw(builder& s) const override { function(s); }
};

class session_plans {
 public:
  session_plans(owner<drawing> draw, const session_options& options) : draw_(std::move(draw)), options_(options) {
    if (options.plans < 1) raise(text() << draw_->name << ": plans = " << options.plans << "; must be 1 or more");
  }
  session_plans(session_plans&&) noexcept = default;

  // Of these extents: the one that is kept, or made now, which throws what is wrong.
  shared<session_plan> with(const vec<resized_input>& resized) const {
    if (shared<session_plan> p = kept(resized, nullptr)) return p;
    builder b(options_.made_for == mode::training);
    b.resize_inputs(resized.data(), resized.size());
    draw_->draw(b);
    const shared<session_plan> made(session_unit::plan(b.get(), draw_->name, options_, draw_->leaves_inputs, resized));
    return kept(resized, &made);  // another thread's, if it was faster
  }
  int count() const {
    const locked now(lock_);
    return plans_.size();
  }

 private:
  struct entry {
    shared<session_plan> plan;
    long used = 0;
  };
  struct locked {  // for some comparisons: plans are made outside
    char& lock;
    explicit locked(char& l) : lock(l) {
      while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) {
      }
    }
    locked(const locked&) = delete;
    ~locked() { __atomic_clear(&lock, __ATOMIC_RELEASE); }
  };
  // The plan that has these extents, or the one that takes its place among those that are kept.
  shared<session_plan> kept(const vec<resized_input>& resized, const shared<session_plan>* made) const {
    shared<session_plan> gone;  // destroyed behind the lock
    const locked now(lock_);
    int least = 0;
    for (int i = 0; i < plans_.size(); ++i) {
      if (plans_[i].plan->has(resized)) return plans_[i].used = ++clock_, plans_[i].plan;
      if (plans_[i].used < plans_[least].used) least = i;
    }
    if (!made) return {};
    if (plans_.size() < options_.plans) return plans_.push({*made, ++clock_}), *made;
    gone = std::move(plans_[least].plan);
    plans_[least] = {*made, ++clock_};
    return *made;
  }

  owner<drawing> draw_;
  session_options options_;
  mutable vec<entry> plans_;
  mutable long clock_ = 0;
  mutable char lock_ = 0;
};

// A session's weights as the last of its plans want them packed.
class session_weights {
 public:
  // For this plan: those of another that binds the same values are its own. Empty: there are none.
  packed_weights of(const session_plan& plan) const {
    for (const entry& e : all_)
      if (session_unit::binds_alike(plan, *e.plan.operator->())) return e.packed;
    return {};
  }
  void keep(const shared<session_plan>& plan, const packed_weights& packed) {
    vec<entry> left;
    const int most = plan->options.plans;
    for (entry& e : all_)
      if (e.plan.operator->() != plan.operator->()) left.push(std::move(e));
    all_ = {};
    for (int i = left.size() < most ? 0 : 1; i < left.size(); ++i) all_.push(std::move(left[i]));
    all_.push({plan, packed});  // the last is the one that was used last
  }

 private:
  struct entry {
    shared<session_plan> plan;
    packed_weights packed;
  };
  vec<entry> all_;
};

}  // namespace igata::inline IGATA_ABI::detail
