#include "promql/exec/result_labels.h"

#include "promql/exec/arithmetic.h"
#include "promql/exec/label_edit.h"

namespace sluice::promql {
namespace {

// One-to-one: `on` keeps only what it lists, `ignoring` removes it. Otherwise everything stays but the labels that
// group_left(...) takes from the other side. The name goes at once, or else what group_left(__name__) brings would go
// with it: after arithmetic in both modes, after `bool` where removal is immediate.
LabelChooser kept_labels(QueryContext& context, const Binary& expr) {
  const VectorMatching& matching = *expr.matching;
  const bool name_goes = drops_name(expr.op) || (expr.return_bool && !context.labels().delayed());
  std::vector<std::string> listed;
  const auto add_metadata = [&] {
    if (name_goes)
      for (const std::string_view label : {kMetricName, kTypeLabel, kUnitLabel}) listed.emplace_back(label);
  };
  if (matching.cardinality != MatchCardinality::one_to_one) {
    listed = matching.include;
    add_metadata();
    return context.labels().chooser(LabelChooser::Mode::remove, std::move(listed));
  }
  if (!matching.on) {
    listed = matching.labels;
    add_metadata();
    return context.labels().chooser(LabelChooser::Mode::remove, std::move(listed));
  }
  for (const std::string& label : matching.labels)
    if (!name_goes || !is_metadata_label(label)) listed.push_back(label);
  return context.labels().chooser(LabelChooser::Mode::keep, std::move(listed));
}

}  // namespace

ResultLabels::ResultLabels(QueryContext& context, const Binary& expr)
    : context_(context),
      expr_(expr),
      kept_(kept_labels(context, expr)),
      drop_(expr.return_bool && context.labels().delayed() ? Drop::metadata : Drop::none) {}

SeriesLabels ResultLabels::of(const SeriesLabels& many, const SeriesLabels& one) {
  if (expr_.matching->cardinality != MatchCardinality::one_to_one && !expr_.matching->include.empty())
    return {with_included(many, one), drop_};
  return {context_.labels().maker().from_key(kept_.key(many)), drop_};
}

LabelsView ResultLabels::with_included(const SeriesLabels& base, const SeriesLabels& one) {
  LabelRules& rules = context_.labels();
  const auto key = kept_.key(base);
  std::vector<std::uint32_t> pairs(key.begin(), key.end());
  for (const std::string& name : expr_.matching->include) set_label(pairs, rules.symbols(), name, rules.get(one, name));
  return rules.maker().from_key(pairs);
}

SeriesLabels ResultLabels::of_signature(std::span<const std::uint32_t> signature) const {
  return {context_.labels().maker().from_key(signature), Drop::none};
}

}  // namespace sluice::promql
