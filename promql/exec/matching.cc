#include "promql/exec/matching.h"

namespace sluice::promql {

LabelChooser signature_chooser(QueryContext& context, const VectorMatching& matching) {
  std::vector<std::string> listed = matching.labels;
  if (!matching.on) listed.emplace_back(kMetricName);
  return context.labels().chooser(matching.on ? LabelChooser::Mode::keep : LabelChooser::Mode::remove,
                                  std::move(listed));
}

MatchGroups::MatchGroups(LabelChooser& signature, const Batch& left, const Batch& right) {
  const auto group_of = [&](const SeriesLabels& labels) {
    bool added = false;
    const std::uint32_t group = keys_.find_or_add(signature.key(labels), &added);
    if (added) groups_.emplace_back();
    return group;
  };
  for (std::uint32_t row = 0; row < left.rows(); ++row) {
    left_groups_.push_back(group_of(left.labels(row)));
    groups_[left_groups_.back()].left.push_back(row);
  }
  for (std::uint32_t row = 0; row < right.rows(); ++row) {
    right_groups_.push_back(group_of(right.labels(row)));
    groups_[right_groups_.back()].right.push_back(row);
  }
}

}  // namespace sluice::promql
