#include "promql/exec/aggregate.h"

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
      accumulator_(make_accumulator(call_)) {}

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
  for (std::uint32_t group = 0; group < groups_.size(); ++group) {
    const std::size_t row = table.add_row({context_.labels().maker().from_key(groups_.key(group)), drops_[group]});
    if (auto done = accumulator_->finish(group, table, row); !done) return done;
  }
  return context_.hold(table.sample_count(), table.bytes());
}

}  // namespace sluice::promql
