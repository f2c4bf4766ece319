#include "server/query/time_text.h"

#include <gtest/gtest.h>

#include "server/query/label_name.h"

namespace sluice::server::query {
namespace {

struct Accepted {
  const char* text;
  std::int64_t value;
};

std::int64_t evaluated_ms(const char* text) {
  const auto moment = parse_time(text);
  return moment ? moment->evaluation_ms() : -42;
}
std::int64_t ranged_ms(const char* text) {
  const auto moment = parse_time(text);
  return moment ? moment->range_ms() : -42;
}

TEST(TimeText, AcceptsWhatClientsSend) {
  const Accepted cases[] = {
      {"0", 0},
      {"1435781451.781", 1435781451781},
      {"1435781451.7814999", 1435781451781},
      {"1435781451.9999", 1435781452000},
      {"-1.5", -1500},
      {"+3", 3000},
      {"1.5e3", 1500000},
      {"1_000", 1000000},
      {"0x1p4", 16000},
      {"2015-07-01T20:10:51.781Z", 1435781451781},
      {"2015-07-01T20:10:51.7819999Z", 1435781451781},
      {"2015-07-01T22:10:51+02:00", 1435781451000},
      {"2015-07-01T18:40:51-01:30", 1435781451000},
      {"2015-07-01T8:10:51Z", 1435738251000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"2024-02-29T00:00:00Z", 1709164800000},
  };
  for (const Accepted& c : cases) {
    EXPECT_EQ(evaluated_ms(c.text), c.value) << c.text;
    EXPECT_EQ(ranged_ms(c.text), c.value) << c.text;
  }
}

// As Prometheus on amd64 answers `time()`.
TEST(TimeText, TimesBeyondNanosecondsWrapAroundForEvaluation) {
  const Accepted cases[] = {
      {"NaN", -9223372036854},
      {"Inf", -9223372036854},
      {"-Inf", -9223372036854},
      {"1e20", 0},
      {"9223372036854775", 192},
      {"9223372036854775807", 0},
      {"-292273086-05-16T16:47:06Z", 6795364580679},
      {"292277025-08-18T07:12:54.999999999Z", -6795364579679},
      {"0001-01-01T00:00:00Z", -6795364578871},
  };
  for (const Accepted& c : cases) EXPECT_EQ(evaluated_ms(c.text), c.value) << c.text;
}

TEST(TimeText, TimesOfRangesStayBetweenTheEndsOfTime) {
  EXPECT_EQ(ranged_ms("-292273086-05-16T16:47:06Z"), kTimeMinMs);
  EXPECT_EQ(ranged_ms("292277025-08-18T07:12:54.999999999Z"), kTimeMaxMs);
  EXPECT_EQ(ranged_ms("1435781451781"), 1435781451781000) << "milliseconds where seconds belong";
  for (const char* text : {"NaN", "Inf", "1e20", "-1e300", "9223372036854775807"}) {
    EXPECT_GE(ranged_ms(text), kTimeMinMs) << text;
    EXPECT_LE(ranged_ms(text), kTimeMaxMs) << text;
  }
}

TEST(TimeText, OrderAndDistanceAreGos) {
  const auto at = [](const char* text) { return parse_time(text).value(); };
  EXPECT_LT(at("1.001"), at("1.002"));
  EXPECT_EQ(at("2.5").nanoseconds_since(at("1")), 1'500'000'000);
  EXPECT_EQ(at("1e18").nanoseconds_since(at("1")), INT64_MAX);
  EXPECT_EQ(at("1").nanoseconds_since(at("1e18")), INT64_MIN);
}

TEST(TimeText, RefusesTheRestByName) {
  for (const char* text :
       {"", "x", "1s", "0x10", "1e400", "2015-07-01", "2015-07-01T20:10:51", "1 ", "+-1", "2015-02-29T00:00:00Z",
        "2015-13-01T00:00:00Z", "2015-07-01T24:00:00Z", "2015-07-01T20:10:60Z", "2015-07-01t20:10:51Z",
        "2015-07-01T20:10:51.Z", "2015-07-01T20:1:51Z", "2015-07-01T20:10:51+0200", "2015-07-01T20:10:51Zx"}) {
    const auto parsed = parse_time(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().detail(), "cannot parse \"" + std::string(text) + "\" to a valid timestamp");
  }
}

TEST(TimeText, DurationsAreSecondsOrText) {
  const Accepted cases[] = {{"15", 15'000'000'000},    {"0.0000005", 500}, {"-1", -1'000'000'000},
                            {"1m30s", 90'000'000'000}, {"5ms", 5'000'000}, {"0", 0},
                            {"0x1p4", 16'000'000'000}, {"NaN", INT64_MIN}};
  for (const Accepted& c : cases) EXPECT_EQ(parse_duration_ns(c.text).value_or(-42), c.value) << c.text;
  EXPECT_EQ(parse_duration_ns("1m0").error().detail(), "cannot parse \"1m0\" to a valid duration");
  EXPECT_EQ(parse_duration_ns("").error().detail(), "cannot parse \"\" to a valid duration");
  EXPECT_EQ(parse_duration_ns("1e20").error().detail(),
            "cannot parse \"1e20\" to a valid duration. It overflows int64");
}

TEST(TimeText, WritesRfc3339WithoutTrailingZeros) {
  EXPECT_EQ(rfc3339(1767323045678), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(rfc3339(1767323045600), "2026-01-02T03:04:05.6Z");
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
}

TEST(LabelName, IsUnescapedOnlyWhenSpelledCorrectly) {
  const std::pair<const char*, const char*> cases[] = {
      {"job", "job"},
      {"U__my_2e_label", "my.label"},
      {"U__a__b", "a_b"},
      {"U___20ac_", "\u20ac"},
      {"U___1F600_x", "\U0001F600x"},
      {"U__", ""},
      {"U__a_", "U__a_"},
      {"U__a_2e", "U__a_2e"},
      {"U__a_zz_", "U__a_zz_"},
      {"U__a_d800_", "U__a_d800_"},
      {"U__a_1234567_", "U__a_1234567_"},
  };
  for (const auto& [escaped, name] : cases) EXPECT_EQ(unescape_label_name(escaped), name) << escaped;
}

TEST(LabelName, StandsInThePath) {
  EXPECT_EQ(label_name_of_path("/api/prom/api/v1/label/job/values"), "job");
  EXPECT_EQ(label_name_of_path("/api/v1/label/values/values"), "values");
}

}  // namespace
}  // namespace sluice::server::query
