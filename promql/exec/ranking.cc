// topk and bottomk. Which of several equal values stays depends on the heap: it is Go's, step by step.
#include "promql/exec/ranking.h"

#include <algorithm>
#include <cmath>

#include "promql/exec/float_only.h"
#include "promql/gomath/sort.h"
#include "promql/value/failure.h"
#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

using Ranked = Ranking::Ranked;

// container/heap over values; the root is the one that has to go next.
class Heap {
 public:
  Heap(bool top, std::vector<Ranked>& items) : top_(top), items_(items) {}
  // True: it is in; a better one may push it out later.
  bool offer(const Ranked& item, std::size_t size_max) {
    if (items_.size() < size_max) {
      items_.push_back(item);
      up(items_.size() - 1);
      return true;
    }
    const double root = items_[0].value;
    const bool better = top_ ? root < item.value : root > item.value;
    if (!better && !(std::isnan(root) && !std::isnan(item.value))) return false;
    items_[0] = item;
    down();
    return true;
  }
  // Best first, NaN last.
  void sort() {
    go::sort(std::span(items_), [this](const Ranked& a, const Ranked& b) {
      return std::isnan(b.value) || (top_ ? b.value < a.value : a.value < b.value);
    });
  }

 private:
  bool less(std::size_t i, std::size_t j) const {
    const double a = items_[i].value, b = items_[j].value;
    return std::isnan(a) || (top_ ? a < b : a > b);
  }
  void up(std::size_t j) {
    while (j > 0) {
      const std::size_t i = (j - 1) / 2;
      if (!less(j, i)) break;
      std::swap(items_[i], items_[j]);
      j = i;
    }
  }
  void down() {
    for (std::size_t i = 0;;) {
      std::size_t j = 2 * i + 1;
      if (j >= items_.size()) break;
      if (j + 1 < items_.size() && less(j + 1, j)) ++j;
      if (!less(j, i)) break;
      std::swap(items_[i], items_[j]);
      i = j;
    }
  }

  const bool top_;
  std::vector<Ranked>& items_;
};

bool picks_any(const std::vector<double>& parameter) {
  return !std::all_of(parameter.begin(), parameter.end(), [](double k) { return k < 1; });
}

// What Prometheus says about a parameter that is no number of series.
Result<void> check_counts(const std::vector<double>& parameter) {
  for (const double k : parameter) {
    if (std::isnan(k)) return evaluation_failed("Parameter value is NaN");
    if (k <= -9223372036854775808.0)
      return evaluation_failed("Scalar value " + general_number(k) + " underflows int64");
    if (k >= 9223372036854775808.0) return evaluation_failed("Scalar value " + general_number(k) + " overflows int64");
  }
  return {};
}

}  // namespace

RowPicker::RowPicker(AggregationCall call, VectorOperatorPtr from, const Aggregation& expr)
    : TableOperator(call.context),
      call_(std::move(call)),
      chooser_(group_chooser(context_, expr)),
      from_(std::move(from)),
      countable_(picks_any(call_.parameter) ? check_counts(call_.parameter) : Result<void>()),
      picks_(picks_any(call_.parameter) && countable_) {
  from_->push_to(*this);
}

Result<void> RowPicker::look_at_all() {
  Batch part;
  for (;;) {
    const auto more = from_->next(part);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return countable_;
    if (auto done = take(part); !done) return done;
  }
}

Result<void> Ranking::fill(Batch& table) {
  table.reset(call_.grid.count);
  if (auto done = look_at_all(); !done) return done;
  if (call_.grid.count == 1)
    write_ranked(table);
  else
    write_in_order(table);
  return context_.hold(0, table.bytes());
}

Result<void> Ranking::add(const Batch& batch) {
  std::vector<std::uint64_t> scratch;
  const std::uint64_t cells_before = cells_;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (batch.row_empty(row)) continue;
    bool added = false, entered = false;
    const std::uint32_t group = groups_.find_or_add(chooser_.key(batch.labels(row)), &added);
    if (added) heaps_.resize(heaps_.size() + call_.grid.count);
    for_each_bit(floats_of(call_, batch, row, scratch), batch.words(), [&](std::size_t step) {
      if (offer(group, step, batch.values(row)[step])) entered = true;
    });
    if (entered) candidates_.push_back(batch.labels(row));
  }
  const std::uint64_t bytes_now = heaps_.size() * sizeof(heaps_[0]) + cells_ * sizeof(Ranked) +
                                  candidates_.size() * sizeof(SeriesLabels) + groups_.bytes();
  const std::uint64_t more = bytes_now - bytes_charged_;
  bytes_charged_ = bytes_now;
  return context_.hold(cells_ - cells_before, more);
}

bool Ranking::offer(std::uint32_t group, std::size_t step, double value) {
  const double k = call_.parameter[step];
  if (k < 1) return false;
  auto& items = heaps_[group * call_.grid.count + step];
  const std::size_t before = items.size();
  const bool entered = Heap(call_.op == AggregationOp::topk, items)
                           .offer({value, static_cast<std::uint32_t>(candidates_.size())}, static_cast<std::size_t>(k));
  cells_ += items.size() - before;
  return entered;
}

void Ranking::write_ranked(Batch& table) {
  for (auto& items : heaps_) {
    Heap(call_.op == AggregationOp::topk, items).sort();
    for (const Ranked& item : items) table.set_float(table.add_row(candidates_[item.row]), 0, item.value);
  }
}

void Ranking::write_in_order(Batch& table) {
  constexpr std::uint32_t kUnused = 0xffffffff;
  std::vector<std::uint32_t> row_of(candidates_.size(), kUnused);
  for (const auto& items : heaps_)
    for (const Ranked& item : items) row_of[item.row] = 0;
  for (std::size_t i = 0; i < row_of.size(); ++i)
    if (row_of[i] != kUnused) row_of[i] = static_cast<std::uint32_t>(table.add_row(candidates_[i]));
  for (std::size_t at = 0; at < heaps_.size(); ++at)
    for (const Ranked& item : heaps_[at]) table.set_float(row_of[item.row], at % call_.grid.count, item.value);
}

}  // namespace sluice::promql
