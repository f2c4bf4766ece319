#include "promql/exec/absent.h"

#include <algorithm>
#include <map>
#include <optional>

namespace sluice::promql {

Result<void> Absent::fill(Batch& table) {
  std::vector<std::uint64_t> seen(words_for(steps_));
  Batch part;
  for (;;) {
    const auto more = from_->next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    for (std::size_t row = 0; row < part.rows(); ++row)
      for (std::size_t w = 0; w < part.words(); ++w) seen[w] |= part.present(row)[w];
  }
  table.reset(steps_);
  table.add_row({labels_, Drop::none});
  for (std::size_t step = 0; step < steps_; ++step)
    if (!test_bit(seen.data(), step)) table.set_float(0, step, 1);
  return {};
}

namespace {

// Prometheus looks at the matchers when the storage has put them in order: what only takes away comes last.
std::vector<Matcher> in_order_of_reading(std::vector<Matcher> matchers) {
  const auto takes_away = [](const Matcher& m) {
    return (m.op() == Matcher::Op::not_equal || m.op() == Matcher::Op::not_regex) && m.matches_empty();
  };
  std::stable_partition(matchers.begin(), matchers.end(), [&](const Matcher& m) { return !takes_away(m); });
  return matchers;
}

}  // namespace

Labels absent_labels(const Expr& operand) {
  const VectorSelector* selector = nullptr;
  if (operand.kind == ExprKind::vector_selector) selector = &as<VectorSelector>(operand);
  if (operand.kind == ExprKind::matrix_selector) selector = as<MatrixSelector>(operand).selector.get();
  if (selector == nullptr) return {};
  std::map<std::string, std::optional<std::string>> values;  // nullopt: asked for twice, or otherwise
  for (const Matcher& m : in_order_of_reading(selector->matchers)) {
    if (m.name() == kMetricName) continue;
    const auto [known, added] = values.try_emplace(m.name());
    if (m.op() != Matcher::Op::equal) {
      if (added)
        values.erase(known);  // as if it had not been there: an equality may follow
      else
        known->second.reset();
    } else if (added) {
      known->second = m.value();
    } else {
      known->second.reset();
    }
  }
  std::vector<Label> labels;
  for (auto& [name, value] : values)
    if (value) labels.push_back({name, *value});
  return Labels::sorted(std::move(labels));
}

}  // namespace sluice::promql
