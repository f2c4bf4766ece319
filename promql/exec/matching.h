// promql/exec/matching.h
//
// Room: promql/exec. The rows of two sides, grouped by the labels they are matched on.
#pragma once

#include <vector>

#include "promql/exec/operator.h"
#include "promql/syntax/ast.h"

namespace sluice::promql {

// on(): the listed labels; ignoring() and nothing: all but these and the name, which never matches.
LabelChooser signature_chooser(QueryContext& context, const VectorMatching& matching);

struct MatchGroup {
  std::vector<std::uint32_t> left, right;  // rows, in order
};

class MatchGroups {
 public:
  MatchGroups(LabelChooser& signature, const Batch& left, const Batch& right);
  std::size_t size() const { return groups_.size(); }
  const MatchGroup& operator[](std::size_t i) const { return groups_[i]; }
  std::span<const std::uint32_t> signature(std::size_t i) const { return keys_.key(static_cast<std::uint32_t>(i)); }
  std::uint32_t group_of_left(std::size_t row) const { return left_groups_[row]; }
  std::uint32_t group_of_right(std::size_t row) const { return right_groups_[row]; }

 private:
  KeyTable keys_;
  std::vector<MatchGroup> groups_;
  std::vector<std::uint32_t> left_groups_, right_groups_;
};

}  // namespace sluice::promql
