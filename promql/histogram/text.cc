#include "promql/histogram/float_histogram.h"
#include "proto/base/number_text.h"

namespace sluice::promql {
namespace {

void append_bucket(std::string& out, const Bucket& bucket) {
  out += bucket.lower_inclusive ? ", [" : ", (";
  append_general_number(out, bucket.lower);
  out += ',';
  append_general_number(out, bucket.upper);
  out += bucket.upper_inclusive ? "]:" : "):";
  append_general_number(out, bucket.count);
}

}  // namespace

std::string text(const Histogram& histogram) {
  std::string out = "{count:";
  append_general_number(out, histogram.count);
  out += ", sum:";
  append_general_number(out, histogram.sum);
  for (const Bucket& bucket : written_buckets(histogram))
    if (bucket.count != 0) append_bucket(out, bucket);
  return out + "}";
}

}  // namespace sluice::promql
