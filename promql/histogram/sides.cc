#include "promql/histogram/sides.h"

#include <utility>

#include "promql/histogram/kahan.h"

namespace sluice::promql {

std::vector<Cell> cells(ConstSide side) {
  std::vector<Cell> out;
  out.reserve(side.buckets.size());
  for_each_bucket(side.spans, side.buckets, [&](std::int64_t index, double count) { out.push_back({index, count}); });
  return out;
}

namespace {

void add_count(double& count, double* compensation, double x) {
  if (compensation == nullptr)
    count += x;
  else
    kahan_add(x, count, *compensation);
}

void combine_same_layout(std::vector<double>& left, std::vector<double>* compensation, const std::vector<double>& right,
                         double sign) {
  for (std::size_t i = 0; i < left.size(); ++i)
    add_count(left[i], compensation == nullptr ? nullptr : &(*compensation)[i], sign * right[i]);
}

// Two ascending lists become one. Written for three outputs at once, so that the compensation keeps its layout.
struct Merged {
  std::vector<BucketSpan> spans, same_spans;
  std::vector<double> counts, compensations;
};

Merged merge(const std::vector<Cell>& left, const std::vector<double>* compensation, const std::vector<Cell>& right,
             double sign) {
  Merged out;
  SpanBuilder counts(out.spans, out.counts), compensations(out.same_spans, out.compensations);
  std::size_t l = 0, r = 0;
  while (l < left.size() || r < right.size()) {
    const bool from_left = l < left.size() && (r == right.size() || left[l].index <= right[r].index);
    const bool from_right = r < right.size() && (l == left.size() || right[r].index <= left[l].index);
    const std::int64_t index = from_left ? left[l].index : right[r].index;
    double count = from_left ? left[l].count : 0;
    double lost = from_left && compensation != nullptr ? (*compensation)[l] : 0;
    if (from_right) add_count(count, compensation == nullptr ? nullptr : &lost, sign * right[r].count);
    counts.add(index, count);
    compensations.add(index, lost);
    l += from_left;
    r += from_right;
  }
  return out;
}

}  // namespace

void combine(Side left, std::vector<double>* compensation, ConstSide right, double sign) {
  if (left.spans == right.spans) return combine_same_layout(left.buckets, compensation, right.buckets, sign);
  Merged merged = merge(cells({left.spans, left.buckets}), compensation, cells(right), sign);
  left.spans = std::move(merged.spans);
  left.buckets = std::move(merged.counts);
  if (compensation != nullptr) *compensation = std::move(merged.compensations);
}

}  // namespace sluice::promql
