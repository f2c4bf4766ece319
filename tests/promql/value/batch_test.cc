#include "promql/value/batch.h"

#include <gtest/gtest.h>

#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

TEST(Batch, HasHistogramsOnlyFromTheFirstOneOn) {
  Batch batch;
  batch.reset(70);  // more than one word of presence
  const std::size_t row = batch.add_row({});
  EXPECT_TRUE(batch.row_empty(row));
  batch.set_float(row, 69, 1.5);
  EXPECT_FALSE(batch.has_histograms());
  EXPECT_EQ(batch.histogram(row, 69), nullptr);
  batch.set_histogram(row, 3, std::make_shared<const Histogram>());
  EXPECT_TRUE(batch.has_histograms());
  EXPECT_NE(batch.histogram(row, 3), nullptr);
  batch.set_float(row, 3, 2);
  EXPECT_EQ(batch.histogram(row, 3), nullptr) << "a float takes the histogram's place";
  EXPECT_EQ(batch.sample_count(), 2U);
  batch.erase(row, 3);
  EXPECT_FALSE(batch.has(row, 3));
}

TEST(Bits, KnowWhenEveryStepIsThere) {
  std::uint64_t words[2] = {};
  set_all_bits(words, 70);
  EXPECT_TRUE(all_bits(words, 70));
  EXPECT_EQ(count_bits(words, 2), 70U);
  clear_bit(words, 69);
  EXPECT_FALSE(all_bits(words, 70));
}

TEST(GoNumber, PrintsWhatGoPrints) {
  EXPECT_EQ(general_number(100000), "100000");
  EXPECT_EQ(general_number(1e6), "1e+06");
  EXPECT_EQ(general_number(0.0001), "0.0001");
  EXPECT_EQ(general_number(0.00001), "1e-05");
  EXPECT_EQ(plain_number(1e6), "1000000");
  EXPECT_EQ(go_general(1.0 / 3, 2), "0.33");
  EXPECT_EQ(openmetrics_float(1), "1.0");
  EXPECT_EQ(openmetrics_float(0.95), "0.95");
}

}  // namespace
}  // namespace sluice::promql
