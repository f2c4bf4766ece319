#include "promql/exec/result_labels.h"

#include "promql/exec/arithmetic.h"
#include "promql/exec/label_edit.h"

namespace sluice::promql {
namespace {

// One-to-one: `on` keeps only what it lists, `ignoring` removes it. Otherwise everything stays but the labels that
// group_left(...) takes from the other side. Arithmetic removes the name at once, in both modes.
LabelChooser kept_labels(QueryContext& context, const Binary& expr) {
  const VectorMatching& matching = *expr.matching;
  std::vector<std::string> listed;
  const auto add_metadata = [&] {
    if (drops_name(expr.op))
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
    if (!drops_name(expr.op) || !is_metadata_label(label)) listed.push_back(label);
  return context.labels().chooser(LabelChooser::Mode::keep, std::move(listed));
}

}  // namespace

ResultLabels::ResultLabels(QueryContext& context, const Binary& expr)
    : context_(context),
      expr_(expr),
      kept_(kept_labels(context, expr)),
      drop_(expr.return_bool ? Drop::metadata : Drop::none) {}

SeriesLabels ResultLabels::of(const SeriesLabels& many, const SeriesLabels& one) {
  // A filter forgets that a name was marked, so that in delayed mode it comes back: Prometheus's choice.
  const Drop marked = context_.labels().delayed() ? Drop::none : many.drop;
  const Drop drop = drops_name(expr_.op) ? Drop::none : join(marked, drop_);
  if (expr_.matching->cardinality != MatchCardinality::one_to_one && !expr_.matching->include.empty())
    return {with_included(many, one), drop};
  return {context_.labels().maker().from_key(kept_.key(many)), drop};
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
