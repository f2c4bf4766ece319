#include "proto/base/go_float.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sluice {
namespace {

struct Accepted {
  const char* text;
  double value;
};

TEST(GoFloat, ReadsWhatGoReads) {
  const Accepted cases[] = {
      {"0", 0},      {"1.5", 1.5},   {"+3", 3},           {"-.5", -0.5},     {"5.", 5},
      {"1e3", 1000}, {"1E-2", 0.01}, {"1_000.5", 1000.5}, {"0x1p4", 16},     {"-0X1.8P-1", -0.75},
      {"0x_1p0", 1}, {"1e-400", 0},  {"5e-324", 5e-324},  {"Inf", INFINITY}, {"-infinity", -INFINITY},
  };
  for (const Accepted& c : cases) EXPECT_EQ(parse_go_float(c.text).value_or(-42), c.value) << c.text;
  EXPECT_TRUE(std::isnan(parse_go_float("nAn").value_or(0)));
}

TEST(GoFloat, RefusesTheRest) {
  for (const char* text :
       {"",     "+",      ".",     "e5",       "1e",   "1e+",  "0x10",   "0x", "0xp1", "1__0", "_1",  "1_", "1_.5",
        "1._5", "0_x1p1", "1e400", "0x1p2000", "infx", "+nan", "nan(1)", " 1", "1 ",   "--1",  "1,5", "1f"})
    EXPECT_FALSE(parse_go_float(text)) << text;
}

}  // namespace
}  // namespace sluice
