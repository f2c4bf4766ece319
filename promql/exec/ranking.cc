// topk, bottomk and limitk. Which of several equal values stays depends on the heap: it is Go's, step by step.
#include "promql/exec/ranking.h"

#include <algorithm>
#include <cmath>

#include "promql/exec/float_only.h"
#include "promql/value/failure.h"
#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

struct Ranked {
  double value;
  std::uint32_t row;
};

// container/heap over values; the root is the one that has to go next.
class Heap {
 public:
  Heap(bool top, std::vector<Ranked>& items) : top_(top), items_(items) {}
  void offer(const Ranked& item, std::size_t size_max) {
    if (items_.size() < size_max) {
      items_.push_back(item);
      up(items_.size() - 1);
      return;
    }
    const double root = items_[0].value;
    const bool better = top_ ? root < item.value : root > item.value;
    if (!better && !(std::isnan(root) && !std::isnan(item.value))) return;
    items_[0] = item;
    down();
  }
  // Best first, NaN last.
  void sort() {
    std::stable_sort(items_.begin(), items_.end(), [this](const Ranked& a, const Ranked& b) {
      if (std::isnan(a.value) || std::isnan(b.value)) return !std::isnan(a.value) && std::isnan(b.value);
      return top_ ? b.value < a.value : a.value < b.value;
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

// What Prometheus says about a parameter that is not a number of series.
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

Result<void> Ranking::fill(Batch& table) {
  Batch rows;
  if (auto done = collect(*from_, context_, rows, call_.grid.count); !done) return done;
  table.reset(call_.grid.count);
  if (std::all_of(call_.parameter.begin(), call_.parameter.end(), [](double k) { return k < 1; })) return {};
  if (auto done = check_counts(call_.parameter); !done) return done;
  std::vector<std::uint64_t> kept(rows.rows() * rows.words());
  std::vector<std::uint32_t> order;
  if (auto done = select(rows, kept, order); !done) return done;
  for (const std::uint32_t row : order) {
    table.append_row_of(rows, row);
    for_each_bit(rows.present(row), rows.words(), [&](std::size_t step) {
      if (!test_bit(&kept[row * rows.words()], step)) table.erase(table.rows() - 1, step);
    });
  }
  return context_.hold(table.sample_count(), table.bytes());
}

// Marks the cells that stay. `order` lists the rows that have any: ranked when there is one step, else as they came.
Result<void> Ranking::select(const Batch& rows, std::vector<std::uint64_t>& kept, std::vector<std::uint32_t>& order) {
  LabelChooser chooser = group_chooser(context_, expr_);
  KeyTable groups;
  std::vector<std::vector<std::uint32_t>> members;
  const bool limit = call_.op == AggregationOp::limitk;
  std::vector<std::uint64_t> scratch;
  std::vector<std::vector<std::uint64_t>> eligible(rows.rows());
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    const std::uint32_t group = groups.find_or_add(chooser.key(rows.labels(row)));
    if (group == members.size()) members.emplace_back();
    members[group].push_back(row);
    const std::uint64_t* bits = limit ? rows.present(row) : floats_of(call_, rows, row, scratch);
    eligible[row].assign(bits, bits + rows.words());
  }
  std::vector<Ranked> items;
  for (const auto& group : members) {
    for (std::size_t step = 0; step < rows.steps(); ++step) {
      const double k = std::trunc(call_.parameter[step]);
      if (k < 1) continue;
      const auto size_max = static_cast<std::size_t>(std::min(k, static_cast<double>(rows.rows())));
      items.clear();
      Heap heap(call_.op == AggregationOp::topk, items);
      for (const std::uint32_t row : group) {
        if (!test_bit(eligible[row].data(), step)) continue;
        if (!limit)
          heap.offer({rows.values(row)[step], row}, size_max);
        else if (items.size() < size_max)
          items.push_back({0, row});
      }
      if (rows.steps() == 1 && !limit) heap.sort();
      for (const Ranked& item : items) {
        set_bit(&kept[item.row * rows.words()], step);
        if (rows.steps() == 1) order.push_back(item.row);
      }
    }
  }
  if (rows.steps() == 1) return {};
  for (std::uint32_t row = 0; row < rows.rows(); ++row)
    if (any_bit(&kept[row * rows.words()], rows.words())) order.push_back(row);
  return {};
}

}  // namespace sluice::promql
