#include "promql/plan/reference.h"

namespace sluice::promql {
namespace {

bool agree(const LookTimes& a, const LookTimes& b) {
  if (!a.at_ms || !b.at_ms) return !a.at_ms && !b.at_ms && a.offset_ms == b.offset_ms;
  return a.reference(0) == b.reference(0);
}

class ReferenceFinder {
 public:
  // True: there is a selector in it. `around`: the offsets and the `@` of the subqueries outside, outermost first.
  bool visit(const Plan& plan, const LookTimes& around) {
    const ValueType type = type_of(plan);
    if (type != ValueType::vector && type != ValueType::matrix) return false;
    if (plan.kind == PlanKind::selector || plan.kind == PlanKind::range_selector) {
      look(inside(plan.times, around));
      return true;
    }
    const LookTimes here = plan.kind == PlanKind::subquery ? inside(plan.times, around) : around;
    bool found = false;
    for (const PlanPtr& child : plan.children) {
      found = visit(*child, here) || found;
      if (is_info(plan)) break;  // what follows are matchers
    }
    if (!found) common_ = false;
    return found;
  }

  std::optional<LookTimes> found() const { return common_ ? first_ : std::nullopt; }

 private:
  static bool is_info(const Plan& plan) {
    return plan.kind == PlanKind::call && as<Call>(*plan.expr).function->name == "info";
  }

  static LookTimes inside(const LookTimes& times, const LookTimes& around) {
    LookTimes out;
    out.at_ms = times.at_ms ? times.at_ms : around.at_ms;
    out.offset_ms = times.offset_ms + (times.at_ms ? 0 : around.offset_ms);
    return out;
  }

  void look(const LookTimes& times) {
    if (!first_) first_ = times;
    common_ = common_ && agree(*first_, times);
  }

  std::optional<LookTimes> first_;
  bool common_ = true;
};

}  // namespace

std::optional<LookTimes> common_reference(const Plan& plan) {
  ReferenceFinder finder;
  finder.visit(plan, {});
  return finder.found();
}

}  // namespace sluice::promql
