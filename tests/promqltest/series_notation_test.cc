#include <gtest/gtest.h>

#include <cmath>

#include "proto/model/sample.h"
#include "tests/promqltest/describe.h"
#include "tests/promqltest/series_notation.h"

namespace sluice::promqltest {
namespace {

std::vector<SequenceValue> values(const std::string& text) {
  auto line = parse_series_line("m " + text);
  if (line) return std::move(line->values);
  ADD_FAILURE() << text << ": " << line.error().detail();
  return {};
}

std::vector<double> floats(const std::string& text) {
  std::vector<double> out;
  for (const SequenceValue& value : values(text)) out.push_back(value.omitted ? -99 : value.value);
  return out;
}

TEST(SeriesNotation, ExpandsNumbers) {
  EXPECT_EQ(floats("1 -1 .5 1e3"), (std::vector<double>{1, -1, .5, 1000}));
  EXPECT_EQ(floats("1x2"), (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(floats("1+2x2"), (std::vector<double>{1, 3, 5}));
  EXPECT_EQ(floats("0-2x2 5"), (std::vector<double>{0, -2, -4, 5}));
  EXPECT_EQ(floats("-3+1x1"), (std::vector<double>{-3, -2}));
  EXPECT_EQ(floats("_ 1 _x2 2"), (std::vector<double>{-99, 1, -99, -99, 2}));
  EXPECT_EQ(floats("Inf -Infx1"), (std::vector<double>{HUGE_VAL, -HUGE_VAL, -HUGE_VAL}));
  EXPECT_TRUE(std::isnan(floats("NaN")[0]));
  EXPECT_TRUE(is_stale_nan(floats("stale")[0]));
}

TEST(SeriesNotation, ReadsLabels) {
  const auto line = parse_series_line("  a{b=\"} 1 2\", c='d'}\t3");
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->labels.text(), R"({__name__="a", b="} 1 2", c="d"})");
  EXPECT_EQ(line->values.size(), 1u);
}

TEST(SeriesNotation, ReadsHistograms) {
  const auto read =
      values("{{schema:1 sum:5 count:4 z_bucket:1 z_bucket_w:0.1 buckets:[1 2] offset:-1 n_buckets:[3]}}x1 7");
  ASSERT_EQ(read.size(), 3u);
  const Histogram& h = *read[1].histogram;
  EXPECT_EQ(h.schema, 1);
  EXPECT_EQ(h.zero_threshold, 0.1);
  EXPECT_EQ(h.positive_spans, (std::vector<BucketSpan>{{-1, 2}}));
  EXPECT_EQ(h.negative_buckets, (std::vector<double>{3}));
  EXPECT_FALSE(read[0].hint_given);
  EXPECT_EQ(read[2].value, 7);
}

TEST(SeriesNotation, AddsHistogramsUp) {
  const auto read = values("{{count:1 sum:1 buckets:[1]}}+{{count:2 sum:3 buckets:[0 2] counter_reset_hint:gauge}}x2");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[2].histogram->count, 5);
  EXPECT_EQ(read[2].histogram->positive_buckets, (std::vector<double>{1, 4}));
  EXPECT_EQ(read[2].histogram->hint, CounterResetHint::gauge);
  EXPECT_TRUE(read[2].hint_given);
}

TEST(SeriesNotation, ReadsCustomBuckets) {
  const auto read = values("{{schema:-53 count:3 custom_values:[5 10] buckets:[1 2]}}");
  EXPECT_EQ(read[0].histogram->custom_values, (std::vector<double>{5, 10}));
}

class SequenceRefuses : public testing::TestWithParam<const char*> {};
TEST_P(SequenceRefuses, BadItems) { EXPECT_FALSE(parse_series_line(std::string("m ") + GetParam()).has_value()); }
INSTANTIATE_TEST_SUITE_P(Malformed, SequenceRefuses,
                         testing::Values("x5", "1x", "1+2", "1+x3", "0x1F", "5m", "_y", "1x-1", "{{sum:1", "{{sum:a}}",
                                         "{{sum:1 sum:2}}", "{{speed:1}}", "{{}}y",
                                         "{{schema:1 count:1}}+{{schema:0 count:1}}x2"));

TEST(Describe, WritesNotation) {
  EXPECT_EQ(describe(*values("{{count:2 sum:0.5 buckets:[1 1] offset:3}}")[0].histogram),
            "{{schema:0 count:2 sum:0.5 z_bucket:0 z_bucket_w:0 spans:3+2 buckets:[1 1] counter_reset_hint:unknown}}");
}

}  // namespace
}  // namespace sluice::promqltest
