#include "server/query/json/histogram.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "proto/model/bucket_bounds.h"
#include "proto/model/histogram_schema.h"
#include "server/query/json/number.h"

namespace sluice::server::json {
namespace {

BucketRule rule_of(const BucketBounds& bounds) {
  if (bounds.lower_inclusive) return bounds.upper_inclusive ? BucketRule::closed : BucketRule::open_right;
  return bounds.upper_inclusive ? BucketRule::open_left : BucketRule::open;
}

// The rows of `buckets`; the brackets around them appear with the first.
class Rows {
 public:
  explicit Rows(std::string& out) : out_(out) {}

  void add(const BucketBounds& bounds, double count) {
    if (count == 0) return;
    out_ += std::exchange(empty_, false) ? ",\"buckets\":[[" : ",[";
    append_integer(out_, static_cast<int>(rule_of(bounds)));
    for (const double number : {bounds.lower, bounds.upper, count}) {
      out_ += ',';
      append_sample_value(out_, number);
    }
    out_ += ']';
  }
  void finish() {
    if (!empty_) out_ += ']';
  }

 private:
  std::string& out_;
  bool empty_ = true;
};

// A bucket that reaches into the zero bucket is shown from its edge on.
BucketBounds clipped(BucketBounds bounds, double zero_threshold) {
  if (bounds.lower > 0) bounds.lower = std::max(bounds.lower, zero_threshold);
  if (bounds.upper < 0) bounds.upper = std::min(bounds.upper, -zero_threshold);
  return bounds;
}

void add_negative(Rows& rows, const Histogram& h) {
  std::vector<std::pair<std::int64_t, double>> ascending;  // of index: descending as bounds
  for_each_bucket(h.negative_spans, h.negative_buckets,
                  [&](std::int64_t index, double count) { ascending.emplace_back(index, count); });
  for (auto at = ascending.rbegin(); at != ascending.rend(); ++at)
    rows.add(clipped(negative_bucket(h, at->first), h.zero_threshold), at->second);
}

void add_positive(Rows& rows, const Histogram& h) {
  for_each_bucket(h.positive_spans, h.positive_buckets, [&](std::int64_t index, double count) {
    const BucketBounds bounds = positive_bucket(h, index);
    rows.add(h.schema == kCustomBucketsSchema ? bounds : clipped(bounds, h.zero_threshold), count);
  });
}

}  // namespace

void append_histogram(std::string& out, const Histogram& histogram) {
  out += "{\"count\":";
  append_sample_value(out, histogram.count);
  out += ",\"sum\":";
  append_sample_value(out, histogram.sum);
  Rows rows(out);
  add_negative(rows, histogram);
  if (histogram.zero_count > 0) rows.add(zero_bucket(histogram), histogram.zero_count);
  add_positive(rows, histogram);
  rows.finish();
  out += '}';
}

}  // namespace sluice::server::json
