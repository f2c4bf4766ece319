#include "proto/base/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace sluice {
namespace {

std::string plain(double value) {
  std::string out;
  append_plain_number(out, value);
  return out;
}

std::string with_exponent(double value) {
  std::string out;
  append_exponent_number(out, value);
  return out;
}

TEST(NumberText, PlainShowsOnlyDigitsThatMatterAndThenZeros) {
  EXPECT_EQ(plain(-57499721587487790.0), "-57499721587487790");  // its exact value ends in 792
  EXPECT_EQ(plain(1e23), "100000000000000000000000");
  EXPECT_EQ(plain(std::numeric_limits<double>::max()), "17976931348623157" + std::string(292, '0'));
  EXPECT_EQ(plain(9007199254740991), "9007199254740991");
  EXPECT_EQ(plain(0.1), "0.1");
  EXPECT_EQ(plain(-0.0), "-0");
  EXPECT_EQ(plain(5e-324).size(), 326u);
}

TEST(NumberText, ExponentHasTwoDigitsAtLeast) {
  EXPECT_EQ(with_exponent(1.5e-7), "1.5e-07");
  EXPECT_EQ(with_exponent(1e300), "1e+300");
  EXPECT_EQ(with_exponent(-std::numeric_limits<double>::infinity()), "-Inf");
}

}  // namespace
}  // namespace sluice
