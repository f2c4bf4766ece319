// Golden texts of the value encoding: what a client of Prometheus would read byte by byte.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "proto/model/sample.h"
#include "server/query/json/histogram.h"
#include "server/query/json/labels.h"
#include "server/query/json/number.h"
#include "server/query/json/object.h"
#include "server/query/json/text.h"
#include "tests/server/query/fake_symbols.h"

namespace sluice::server::json {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

template <class Append, class Value>
std::string written(Append append, const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

struct NumberCase {
  double value;
  const char* sample;  // as a sample's value
  const char* scalar;  // as a scalar's value: never an exponent
};

TEST(JsonNumber, IsShortestAndTakesAnExponentOnlyAtTheEnds) {
  const NumberCase cases[] = {
      {0.0, "0", "0"},
      {-0.0, "-0", "-0"},
      {1, "1", "1"},
      {-17, "-17", "-17"},
      {0.1, "0.1", "0.1"},
      {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
      {1e-6, "0.000001", "0.000001"},
      {9.999e-7, "9.999e-07", "0.0000009999"},
      {1e-7, "1e-07", "0.0000001"},
      {-1.5e-7, "-1.5e-07", "-0.00000015"},
      {1e20, "100000000000000000000", "100000000000000000000"},
      {123456789012345678901.0, "123456789012345680000", "123456789012345680000"},
      {9007199254740993.0, "9007199254740992", "9007199254740992"},
      {-1.2345e19, "-12345000000000000000", "-12345000000000000000"},
      {1e21, "1e+21", "1000000000000000000000"},
      {1.7976931348623157e308, "1.7976931348623157e+308", nullptr},
      {1e100, "1e+100", nullptr},
      {5e-324, "5e-324", nullptr},
      {std::nan(""), "NaN", "NaN"},
      {stale_nan(), "NaN", "NaN"},
      {kInf, "+Inf", "+Inf"},
      {-kInf, "-Inf", "-Inf"},
  };
  for (const NumberCase& c : cases) {
    EXPECT_EQ(written(append_sample_value, c.value), "\"" + std::string(c.sample) + "\"");
    if (c.scalar != nullptr) {
      EXPECT_EQ(written(append_plain, c.value), c.scalar);
    }
  }
}

// For any bits at all: what is written reads back to the same bits, in both forms.
TEST(JsonNumber, ReadsBackToTheSameBits) {
  std::mt19937_64 random(20260102);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(std::strtod(written(append_number, value).c_str(), nullptr), value);
    const std::string plain = written(append_plain, value);
    EXPECT_EQ(std::strtod(plain.c_str(), nullptr), value) << plain;
    EXPECT_EQ(plain.find('e'), std::string::npos) << plain;
  }
}

TEST(JsonTimestamp, HasNoFractionOrThreeDigits) {
  EXPECT_EQ(written(append_timestamp, 1000), "1");
  EXPECT_EQ(written(append_timestamp, 1500), "1.500");
  EXPECT_EQ(written(append_timestamp, 1435781451007), "1435781451.007");
  EXPECT_EQ(written(append_timestamp, 0), "0");
  EXPECT_EQ(written(append_timestamp, -1), "-0.001");
  EXPECT_EQ(written(append_timestamp, -2050), "-2.050");
  EXPECT_EQ(written(append_timestamp, INT64_MIN), "-9223372036854775.808");
  EXPECT_EQ(written(append_plain_seconds, 1500), "1.5");
  EXPECT_EQ(written(append_plain_seconds, 1435781451781), "1435781451.781");
}

TEST(JsonText, EscapesLikeGoWithAndWithoutHtml) {
  EXPECT_EQ(written(append_label_text, "a<b>&\"\\\n\r\t\x01\x7f é\u2028"),
            "\"a<b>&\\\"\\\\\\n\\r\\t\\u0001\x7f é\u2028\"");
  EXPECT_EQ(written(append_text, "a<b>&\"\\\n\r\t\x01\x7f é\u2028\u2029"),
            "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\r\\t\\u0001\x7f é\\u2028\\u2029\"");
  EXPECT_EQ(written(append_text, "a\xff\xe2\x82z"), "\"a\\ufffd\\ufffd\\ufffdz\"");
  EXPECT_EQ(written(append_text, "\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
}

// Every position of every byte: the eight-at-a-time scan must see what the byte loop sees.
TEST(JsonText, FindsWhatToEscapeAtAnyPosition) {
  for (std::size_t size = 1; size < 20; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (int c = 1; c < 128; ++c) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(c);
        const bool plain = c >= 0x20 && c != '"' && c != '\\';
        EXPECT_EQ(written(append_label_text, text) == "\"" + text + "\"", plain) << c << " at " << at << " of " << size;
      }
}

TEST(JsonLabels, WriterAgreesWithTheSimpleForm) {
  FakeSymbols symbols;
  const std::vector<Labels> sets = {
      Labels::sorted({{"__name__", "up"}, {"job", "a"}, {"le", "0.5"}}),
      Labels::sorted({{"__name__", "up"}, {"job", "a"}, {"le", "1\""}}),
      Labels::sorted({}),
      Labels::sorted({{"job", "a"}}),
      Labels::sorted({{"a", "\n"}, {"job", "a"}, {"le", "0.5"}, {"z", "<"}}),
      Labels::sorted({{"__name__", "up"}, {"job", "a"}, {"le", "0.5"}}),
  };
  LabelsWriter writer(&symbols);
  for (const Labels& labels : sets) {
    std::string fast;
    writer.append(fast, symbols.view(labels));
    EXPECT_EQ(fast, written([](std::string& out, const Labels& l) { append_labels(out, l); }, labels));
  }
  EXPECT_EQ(written([](std::string& out, const Labels& l) { append_labels(out, l); }, sets[1]),
            "{\"__name__\":\"up\",\"job\":\"a\",\"le\":\"1\\\"\"}");
}

TEST(JsonHistogram, ShowsPopulatedBucketsFromNegativeToPositive) {
  Histogram h;
  h.schema = 0;
  h.count = 21;
  h.sum = 18.4;
  h.zero_threshold = 0.001;
  h.zero_count = 2;
  h.positive_spans = {{0, 2}, {1, 1}};
  h.positive_buckets = {3, 0, 4};
  h.negative_spans = {{0, 2}};
  h.negative_buckets = {5, 6};
  EXPECT_EQ(written(append_histogram, h),
            "{\"count\":\"21\",\"sum\":\"18.4\",\"buckets\":[[1,\"-2\",\"-1\",\"6\"],[1,\"-1\",\"-0.5\",\"5\"],"
            "[3,\"-0.001\",\"0.001\",\"2\"],[0,\"0.5\",\"1\",\"3\"],[0,\"4\",\"8\",\"4\"]]}");
}

TEST(JsonHistogram, WithoutPopulatedBucketsHasNone) {
  Histogram h;
  h.positive_spans = {{0, 1}};
  h.positive_buckets = {0};
  EXPECT_EQ(written(append_histogram, h), "{\"count\":\"0\",\"sum\":\"0\"}");
}

TEST(JsonHistogram, ClipsBucketsAtTheZeroThreshold) {
  Histogram h;
  h.zero_threshold = 0.75;
  h.zero_count = 1;
  h.positive_spans = h.negative_spans = {{0, 1}};
  h.positive_buckets = h.negative_buckets = {1};
  EXPECT_EQ(written(append_histogram, h),
            "{\"count\":\"0\",\"sum\":\"0\",\"buckets\":[[1,\"-1\",\"-0.75\",\"1\"],[3,\"-0.75\",\"0.75\",\"1\"],"
            "[0,\"0.75\",\"1\",\"1\"]]}");
}

TEST(JsonHistogram, CustomBoundsStartClosedAtMinusInfinity) {
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.custom_values = {-1, 5};
  h.positive_spans = {{0, 3}};
  h.positive_buckets = {1, 2, 3};
  EXPECT_EQ(written(append_histogram, h),
            "{\"count\":\"0\",\"sum\":\"0\",\"buckets\":[[3,\"-Inf\",\"-1\",\"1\"],[0,\"-1\",\"5\",\"2\"],"
            "[0,\"5\",\"+Inf\",\"3\"]]}");
}

TEST(JsonObject, KeepsTheOrderOfItsMembers) {
  EXPECT_EQ(Object().text("b", "x&y").number("a", -3).boolean("c", true).raw("d", "[]").done(),
            "{\"b\":\"x\\u0026y\",\"a\":-3,\"c\":true,\"d\":[]}");
}

}  // namespace
}  // namespace sluice::server::json
