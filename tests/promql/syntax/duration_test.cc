#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

struct Duration {
  const char* text;
  std::int64_t ms;
  const char* canonical;
};
class DurationText : public testing::TestWithParam<Duration> {};

TEST_P(DurationText, IsReadAndWritten) {
  const auto ms = parse_duration_ms(GetParam().text);
  ASSERT_TRUE(ms.has_value()) << ms.error().detail();
  EXPECT_EQ(*ms, GetParam().ms);
  EXPECT_EQ(duration_text(*ms), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(Durations, DurationText,
                         testing::Values(Duration{"0", 0, "0s"}, Duration{"0s", 0, "0s"}, Duration{"1ms", 1, "1ms"},
                                         Duration{"90m", 5400000, "1h30m"}, Duration{"1h30m", 5400000, "1h30m"},
                                         Duration{"8d", 691200000, "8d"}, Duration{"14d", 1209600000, "2w"},
                                         Duration{"1y", 31536000000, "1y"},
                                         Duration{"1y2w3d4h5m6s7ms", 33019506007, "382d4h5m6s7ms"},
                                         Duration{"100s", 100000, "1m40s"}));

TEST(DurationText, OfNegativeOffsets) { EXPECT_EQ(duration_text(-300000), "-5m"); }

class NoDuration : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(NoDuration, SaysWhy) {
  const auto ms = parse_duration_ms(GetParam().first);
  ASSERT_FALSE(ms.has_value());
  EXPECT_EQ(ms.error().detail(), GetParam().second);
}
INSTANTIATE_TEST_SUITE_P(
    Durations, NoDuration,
    testing::Values(std::pair("", "empty duration string"), std::pair("1", R"(not a valid duration string: "1")"),
                    std::pair("5m1h", R"(not a valid duration string: "5m1h")"),
                    std::pair("5m5m", R"(not a valid duration string: "5m5m")"),
                    std::pair("-5m", R"(not a valid duration string: "-5m")"),
                    std::pair("5 m", R"(unknown unit " m" in duration "5 m")"),
                    std::pair("1.5h", R"(unknown unit "." in duration "1.5h")"),
                    std::pair("300y", "duration out of range"),
                    std::pair("9999999999999999999s", "duration out of range"),
                    std::pair("99999999999999999999s", R"(not a valid duration string: "99999999999999999999s")")));

}  // namespace
}  // namespace sluice::promql
