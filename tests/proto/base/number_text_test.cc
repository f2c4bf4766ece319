#include "proto/base/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace sluice {
namespace {

std::string with_exponent(double value) {
  std::string out;
  append_exponent_number(out, value);
  return out;
}

TEST(NumberText, PlainShowsOnlyDigitsThatMatterAndThenZeros) {
  EXPECT_EQ(plain_number(-57499721587487790.0), "-57499721587487790");  // its exact value ends in 792
  EXPECT_EQ(plain_number(1e23), "100000000000000000000000");
  EXPECT_EQ(plain_number(std::numeric_limits<double>::max()), "17976931348623157" + std::string(292, '0'));
  EXPECT_EQ(plain_number(9007199254740991), "9007199254740991");
  EXPECT_EQ(plain_number(0.1), "0.1");
  EXPECT_EQ(plain_number(-0.0), "-0");
  EXPECT_EQ(plain_number(5e-324).size(), 326u);
}

TEST(NumberText, ExponentHasTwoDigitsAtLeast) {
  EXPECT_EQ(with_exponent(1.5e-7), "1.5e-07");
  EXPECT_EQ(with_exponent(1e300), "1e+300");
  EXPECT_EQ(with_exponent(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(NumberText, GeneralReadsAsGoPrintsIt) {
  EXPECT_EQ(general_number(1), "1");
  EXPECT_EQ(general_number(-0.5), "-0.5");
  EXPECT_EQ(general_number(123456), "123456");
  EXPECT_EQ(general_number(1000000), "1e+06");
  EXPECT_EQ(general_number(1234567.5), "1.2345675e+06");
  EXPECT_EQ(general_number(0.0001), "0.0001");
  EXPECT_EQ(general_number(0.00001), "1e-05");
  EXPECT_EQ(general_number(1e300), "1e+300");
  EXPECT_EQ(general_number(0), "0");
  EXPECT_EQ(general_number(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(general_number(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

__attribute__((noinline)) void leave_digits_on_the_stack() {
  volatile char digits[512];
  for (volatile char& c : digits) c = '7';
}

TEST(NumberText, AnExponentEndsWhereItWasWritten) {
  for (const double value : {123456.0, 1e6, 1e-5}) {
    const std::string clean = general_number(value);
    leave_digits_on_the_stack();
    EXPECT_EQ(general_number(value), clean);
  }
  leave_digits_on_the_stack();
  EXPECT_EQ(general_number(123456), "123456");
}

}  // namespace
}  // namespace sluice
