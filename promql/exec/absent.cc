#include "promql/exec/absent.h"

#include <map>

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

Labels absent_labels(const Expr& operand) {
  const VectorSelector* selector = nullptr;
  if (operand.kind == ExprKind::vector_selector) selector = &as<VectorSelector>(operand);
  if (operand.kind == ExprKind::matrix_selector) selector = as<MatrixSelector>(operand).selector.get();
  if (selector == nullptr) return {};
  std::map<std::string, int> times_seen;
  for (const Matcher& m : selector->matchers) ++times_seen[m.name()];
  std::vector<Label> labels;
  for (const Matcher& m : selector->matchers)
    if (m.op() == Matcher::Op::equal && times_seen[m.name()] == 1 && m.name() != kMetricName)
      labels.push_back({m.name(), m.value()});
  return Labels::sorted(std::move(labels));
}

}  // namespace sluice::promql
