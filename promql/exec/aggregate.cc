#include "promql/exec/aggregate.h"

#include <algorithm>

namespace sluice::promql {
namespace {

std::unique_ptr<Accumulator> make_accumulator(const AggregationCall& call) {
  switch (call.op) {
    case AggregationOp::sum: return make_sum(call);
    case AggregationOp::avg: return make_average(call);
    case AggregationOp::min:
    case AggregationOp::max: return make_extreme(call);
    case AggregationOp::count:
    case AggregationOp::group: return make_count(call);
    case AggregationOp::stddev:
    case AggregationOp::stdvar: return make_variance(call);
    case AggregationOp::quantile: return make_quantile(call);
    case AggregationOp::topk:
    case AggregationOp::bottomk:
    case AggregationOp::count_values:
    case AggregationOp::limitk:
    case AggregationOp::limit_ratio: break;  // operators of their own
  }
  return nullptr;
}

}  // namespace

bool makes_groups(AggregationOp op) {
  switch (op) {
    case AggregationOp::topk:
    case AggregationOp::bottomk:
    case AggregationOp::count_values:
    case AggregationOp::limitk:
    case AggregationOp::limit_ratio: return false;
    default: return true;
  }
}

LabelChooser group_chooser(QueryContext& context, const Aggregation& expr) {
  std::vector<std::string> listed = expr.grouping;
  if (expr.without) listed.emplace_back(kMetricName);
  return context.labels().chooser(expr.without ? LabelChooser::Mode::remove : LabelChooser::Mode::keep,
                                  std::move(listed));
}

Aggregate::Aggregate(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr)
    : TableOperator(call.context),
      call_(std::move(call)),
      from_(std::move(from)),
      chooser_(group_chooser(context_, expr)),
      accumulator_(make_accumulator(call_)) {
  from_->push_to(*this);
}

Result<void> Aggregate::add(const Batch& batch) {
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (batch.row_empty(row)) continue;
    bool added = false;
    const std::uint32_t group = groups_.find_or_add(chooser_.key(batch.labels(row)), &added);
    if (added) {
      accumulator_->add_group();
      drops_.push_back(Drop::none);
    }
    if (context_.labels().delayed()) drops_[group] = join(drops_[group], batch.labels(row).drop);
    if (auto done = accumulator_->add(group, batch, row); !done) return done;
  }
  const std::size_t bytes_now = accumulator_->bytes() + groups_.bytes();
  const std::size_t more = bytes_now > bytes_charged_ ? bytes_now - bytes_charged_ : 0;
  bytes_charged_ += more;
  return context_.hold(0, more);
}

// Of an instant query in order of appearance; of a range query by labels, so that the order does not depend on which
// steps are evaluated together, and neither do the bits of a sum over these rows.
std::vector<std::pair<SeriesLabels, std::uint32_t>> Aggregate::groups_in_order() {
  std::vector<std::pair<SeriesLabels, std::uint32_t>> groups;
  groups.reserve(groups_.size());
  for (std::uint32_t group = 0; group < groups_.size(); ++group)
    groups.push_back({{context_.labels().maker().from_key(groups_.key(group)), drops_[group]}, group});
  if (call_.grid.count > 1 || !context_.options().instant)
    std::sort(groups.begin(), groups.end(), [&](const auto& a, const auto& b) {
      return compare(a.first.view, b.first.view, context_.symbols()) < 0;
    });
  return groups;
}

Result<void> Aggregate::fill(Batch& table) {
  Batch part;
  for (;;) {
    const auto more = from_->next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (auto done = add(part); !done) return done;
  }
  accumulator_->all_added();
  table.reset(call_.grid.count);
  for (const auto& [labels, group] : groups_in_order()) {
    const std::size_t row = table.add_row(labels);
    if (auto done = accumulator_->finish(group, table, row); !done) return done;
  }
  return context_.hold(table.sample_count(), table.bytes());
}

}  // namespace sluice::promql
