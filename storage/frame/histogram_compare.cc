#include "storage/frame/histogram_compare.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "proto/model/sample.h"

namespace sluice::storage {
namespace {

using Spans = std::vector<BucketSpan>;
using Counts = std::vector<double>;

std::uint64_t bits_of(double v) { return std::bit_cast<std::uint64_t>(v); }

bool same_doubles(const Counts& a, const Counts& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return bits_of(x) == bits_of(y); });
}

// Walks the buckets of one side in ascending order of index; spans without buckets are passed over.
class BucketCursor {
 public:
  BucketCursor(const Spans& spans, const Counts& counts) : span_(spans.begin()), end_(spans.end()), counts_(counts) {
    if (span_ != end_) index_ = span_->offset;
    enter();
  }
  bool done() const { return span_ == end_ || at_ == counts_.size(); }
  std::int64_t index() const { return index_; }
  double count() const { return counts_[at_]; }
  void next() {
    ++at_;
    ++index_;
    ++in_span_;
    enter();
  }

 private:
  void enter() {
    for (; span_ != end_ && in_span_ == span_->length; in_span_ = 0)
      if (++span_ != end_) index_ += span_->offset;
  }

  Spans::const_iterator span_;
  const Spans::const_iterator end_;
  const Counts& counts_;
  std::int64_t index_ = 0;
  std::size_t at_ = 0;
  std::uint32_t in_span_ = 0;
};

bool same_buckets(const Spans& a_spans, const Counts& a_counts, const Spans& b_spans, const Counts& b_counts) {
  if (!same_doubles(a_counts, b_counts)) return false;
  if (a_spans == b_spans) return true;
  BucketCursor a(a_spans, a_counts), b(b_spans, b_counts);
  for (; !a.done() && !b.done(); a.next(), b.next())
    if (a.index() != b.index()) return false;
  return a.done() && b.done();
}

bool same_kind(const Histogram& a, const Histogram& b) {
  return a.integer == b.integer && a.schema == b.schema && bits_of(a.zero_threshold) == bits_of(b.zero_threshold) &&
         same_doubles(a.custom_values, b.custom_values);
}

bool any_less(const Counts& now, const Counts& before) {
  bool less = false;  // without a way out, so that it is done in vector registers
  for (std::size_t i = 0; i < now.size(); ++i) less |= now[i] < before[i];
  return less;
}

// A bucket that is not there counts as empty.
bool any_fell(const Spans& before_spans, const Counts& before, const Spans& now_spans, const Counts& now) {
  if (before.size() == now.size() && before_spans == now_spans) return any_less(now, before);
  BucketCursor after(now_spans, now);
  for (BucketCursor bucket(before_spans, before); !bucket.done(); bucket.next()) {
    while (!after.done() && after.index() < bucket.index()) after.next();
    const bool there = !after.done() && after.index() == bucket.index();
    if ((there ? after.count() : 0) < bucket.count()) return true;
  }
  return false;
}

bool continues(const Histogram& before, const Histogram& now) {
  if (now.hint == CounterResetHint::reset || before.hint == CounterResetHint::gauge) return false;
  if (is_stale_nan(before.sum) || is_stale_nan(now.sum) || !same_kind(before, now)) return false;
  if (now.count < before.count || now.zero_count < before.zero_count) return false;
  return !any_fell(before.positive_spans, before.positive_buckets, now.positive_spans, now.positive_buckets) &&
         !any_fell(before.negative_spans, before.negative_buckets, now.negative_spans, now.negative_buckets);
}

}  // namespace

bool same_layout(const Histogram& a, const Histogram& b) {
  return same_kind(a, b) && a.positive_spans == b.positive_spans && a.negative_spans == b.negative_spans &&
         a.positive_buckets.size() == b.positive_buckets.size() &&
         a.negative_buckets.size() == b.negative_buckets.size();
}

bool same_sample(const Histogram& a, const Histogram& b) {
  return same_kind(a, b) && bits_of(a.zero_count) == bits_of(b.zero_count) && bits_of(a.count) == bits_of(b.count) &&
         bits_of(a.sum) == bits_of(b.sum) &&
         same_buckets(a.positive_spans, a.positive_buckets, b.positive_spans, b.positive_buckets) &&
         same_buckets(a.negative_spans, a.negative_buckets, b.negative_spans, b.negative_buckets);
}

CounterResetHint hint_after(const Histogram* before, const Histogram& now) {
  if (now.hint == CounterResetHint::gauge) return CounterResetHint::gauge;
  return before != nullptr && continues(*before, now) ? CounterResetHint::not_reset : CounterResetHint::unknown;
}

}  // namespace sluice::storage
