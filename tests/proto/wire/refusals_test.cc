// What the decoder refuses: a whole request (an Error), or one series, histogram or exemplar of it (RefusedSeries).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "proto/wire/bytes.h"
#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

using ::testing::HasSubstr;
using testing::kKey;
using testing::must_decode;

constexpr auto kV1 = Protocol::remote_write_1;
constexpr auto kV2 = Protocol::remote_write_2;

std::string field(std::uint32_t number, std::string_view body) {
  std::string out;
  put_bytes_field(out, number, body);
  return out;
}
std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

struct Refusal {
  std::string name;
  Protocol protocol;
  std::string message;
  Errc expected;
  std::string detail;
};
class DecodeRefuses : public ::testing::TestWithParam<Refusal> {};
TEST_P(DecodeRefuses, AndSaysWhy) {
  const DecodeLimits limits{.decoded_bytes_max = 1000,
                            .series_max = 3,
                            .samples_max = 4,
                            .histograms_max = 2,
                            .exemplars_max = 2,
                            .metadata_max = 2,
                            .symbols_max = 5};
  WriteBatch batch;
  const auto decoded = decode(GetParam().protocol, GetParam().message, limits, kKey, batch);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), GetParam().expected);
  EXPECT_THAT(decoded.error().detail(), HasSubstr(GetParam().detail));
}

std::string repeat(const std::string& piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}
const std::string kSample = field(2, "");
const auto kBad = Errc::invalid_argument;
const auto kLarge = Errc::too_large;

const Refusal kRefusals[] = {
    {"TruncatedTag", kV1, bytes({0x80}), kBad, "malformed protobuf near byte 0"},
    {"TagOfSixBytes", kV1, bytes({0x8a, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00}), kBad, "malformed"},
    {"FieldZero", kV1, bytes({0x02, 0x00}), kBad, "malformed"},
    {"LengthBeyondTheEnd", kV1, bytes({0x0a, 0x7f}), kBad, "malformed"},
    {"HugeLength", kV1, bytes({0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}), kBad, "malformed"},
    {"SecondSeriesDamaged", kV1, field(1, kSample) + field(1, bytes({0x12, 0x05})), kBad, "near byte 4"},
    {"TruncatedLabel", kV1, field(1, bytes({0x0a, 0x05, 'x'})), kBad, "malformed"},
    {"TruncatedDouble", kV1, field(1, field(2, bytes({0x09, 1, 2, 3}))), kBad, "malformed"},
    {"UnopenedGroup", kV1, bytes({0x54}), kBad, "malformed"},
    {"UnclosedGroup", kV1, bytes({0x53}), kBad, "malformed"},
    {"WrongGroupEnd", kV1, bytes({0x53, 0x5c}), kBad, "malformed"},
    {"GroupsNestedTooDeep", kV1, repeat(bytes({0x53}), 101) + repeat(bytes({0x54}), 101), kBad, "malformed"},
    {"UnknownWireType", kV1, bytes({0x57}), kBad, "malformed"},
    {"DamagedHistogram", kV1, field(1, field(4, bytes({0x11, 0}))), kBad, "malformed"},
    {"OddPackedDoubles", kV1, field(1, field(4, field(13, "1234567"))), kBad, "malformed"},
    {"DamagedExemplarLabel", kV1, field(1, field(3, field(1, bytes({0x0a, 0x09})))), kBad, "malformed"},
    {"DamagedMetadata", kV1, field(3, bytes({0x08})), kBad, "malformed"},
    {"DamagedSymbol", kV2, bytes({0x22, 0x05, 'x'}), kBad, "malformed"},
    {"DamagedRefs", kV2, field(5, field(1, bytes({0x80}))), kBad, "malformed"},
    {"RefCutInTwoPieces", kV2, field(5, field(1, bytes({1, 0x80})) + field(1, bytes({1}))), kBad, "malformed"},
    {"DamagedMetadata2", kV2, field(5, field(5, bytes({0x18}))), kBad, "malformed"},
    {"DamagedExemplarRefs", kV2, field(5, field(4, field(1, bytes({0xff})))), kBad, "malformed"},

    {"TooManyBytes", kV1, std::string(1001, 'x'), kLarge, "decoded_bytes_max = 1000"},
    {"TooManySeries", kV1, repeat(field(1, kSample), 4), kLarge, "series_max = 3"},
    {"TooManySamples", kV1, field(1, repeat(kSample, 5)), kLarge, "samples_max = 4"},
    {"TooManyHistograms", kV1, field(1, repeat(field(4, ""), 3)), kLarge, "histograms_max = 2"},
    {"TooManyExemplars", kV1, field(1, repeat(field(3, ""), 3)), kLarge, "exemplars_max = 2"},
    {"TooManyMetadata", kV1, repeat(field(3, ""), 3), kLarge, "metadata_max = 2"},
    {"TooManySymbols", kV2, repeat(field(4, ""), 6), kLarge, "symbols_max = 5"},
    {"TooManyBrokenSeries", kV2, repeat(field(5, ""), 4), kLarge, "series_max = 3"},
    {"TooManySeries2", kV2, repeat(field(5, kSample), 4), kLarge, "series_max = 3"},
};
INSTANTIATE_TEST_SUITE_P(Requests, DecodeRefuses, ::testing::ValuesIn(kRefusals),
                         [](const auto& info) { return info.param.name; });

// ---- one series of many -----------------------------------------------------------------------------------------

const std::string kSymbols = field(4, "") + field(4, "__name__") + field(4, "up") + field(4, "down");
const std::string kGood = field(5, field(1, bytes({1, 2})) + kSample);

struct PartialRefusal {
  std::string name;
  std::string series;  // body of the spoiled TimeSeries
  RefusalKind kind;
  std::string reason;
  std::uint32_t samples, histograms, exemplars;  // refused with it
  bool series_stays = false;
};
class DecodeLeavesOut : public ::testing::TestWithParam<PartialRefusal> {};
TEST_P(DecodeLeavesOut, OnlyWhatIsSpoiled) {
  const std::string message = kSymbols + kGood + field(5, GetParam().series) + kGood;
  const WriteBatch batch = must_decode(kV2, message);
  EXPECT_EQ(batch.refused_count, 1u);
  ASSERT_EQ(batch.refused.size(), 1u);
  const RefusedSeries& refused = batch.refused[0];
  EXPECT_EQ(refused.kind, GetParam().kind);
  EXPECT_EQ(refused.reason, GetParam().reason);
  EXPECT_EQ(refused.samples, GetParam().samples);
  EXPECT_EQ(refused.histograms, GetParam().histograms);
  EXPECT_EQ(refused.exemplars, GetParam().exemplars);
  const std::uint32_t items = std::max(1u, GetParam().samples + GetParam().histograms + GetParam().exemplars);
  EXPECT_EQ(batch.refused_items[static_cast<std::size_t>(refused.kind)], items);
  ASSERT_EQ(batch.series.size(), GetParam().series_stays ? 3u : 2u);
  EXPECT_EQ(batch.series.back().first_sample + batch.series.back().sample_count, batch.samples.size());
  EXPECT_EQ(batch.series.back().spelling, batch.series.front().spelling);
}

const PartialRefusal kPartialRefusals[] = {
    {"OddReferences", field(1, bytes({1, 2, 3})) + kSample + kSample, RefusalKind::malformed_series,
     "parsing labels for series [1 2 3]: invalid labelRefs length 3", 2, 0, 0},
    {"ValueOutside", field(1, bytes({1, 4})) + kSample + field(3, "") + field(4, ""), RefusalKind::malformed_series,
     "parsing labels for series [1 4]: labelRefs 1 (name) = 4 (value) outside of symbols table (size 4)", 1, 1, 1},
    {"NameOutside", field(1, bytes({0xff, 0x01, 2})) + kSample, RefusalKind::malformed_series,
     "parsing labels for series [255 2]: labelRefs 255 (name) = 2 (value) outside of symbols table (size 4)", 1, 0, 0},
    {"UnitOutside", field(1, bytes({1, 3})) + kSample + field(5, bytes({0x20, 9})), RefusalKind::malformed_series,
     "parsing metadata for series [1 3]: metadata unit_ref 9 outside of symbols table (size 4)", 1, 0, 0},
    {"HelpOutside", field(1, bytes({1, 3})) + kSample + field(5, bytes({0x18, 4})), RefusalKind::malformed_series,
     "parsing metadata for series [1 3]: metadata help_ref 4 outside of symbols table (size 4)", 1, 0, 0},
    {"NothingButLabels", field(1, bytes({1, 3})), RefusalKind::no_samples,
     "TimeSeries must contain at least one sample or histogram for series {__name__=\"down\"}", 0, 0, 0},
    {"ExemplarOutside", field(1, bytes({1, 3})) + kSample + field(4, field(1, bytes({1, 7}))),
     RefusalKind::invalid_exemplar,
     "parsing exemplar for series {__name__=\"down\"}: labelRefs 1 (name) = 7 (value) outside of symbols table (size "
     "4)",
     0, 0, 1, true},
    {"ExemplarOdd", field(4, field(1, bytes({1}))) + kSample + field(1, bytes({1, 3})), RefusalKind::invalid_exemplar,
     "parsing exemplar for series {__name__=\"down\"}: invalid labelRefs length 1", 0, 0, 1, true},
    {"OnlyABadHistogram", field(1, bytes({1, 3})) + field(3, bytes({0x08, 5})), RefusalKind::invalid_histogram,
     "0 observations found in buckets, but the Count field is 5: histogram's observation count should equal the number "
     "of observations found in the buckets (in absence of NaN) for series {__name__=\"down\"}",
     0, 1, 0},
};
INSTANTIATE_TEST_SUITE_P(Series, DecodeLeavesOut, ::testing::ValuesIn(kPartialRefusals),
                         [](const auto& info) { return info.param.name; });

TEST(DecodeRefusals, AreCountedBeyondTheTextsThatAreKept) {
  const std::string message = kSymbols + repeat(field(5, field(1, bytes({1}))), 10) + kGood;
  const WriteBatch batch = must_decode(kV2, message, {.refusals_max = 3});
  EXPECT_EQ(batch.refused.size(), 3u);
  EXPECT_EQ(batch.refused_count, 10u);
  EXPECT_EQ(batch.refused_items[static_cast<std::size_t>(RefusalKind::malformed_series)], 10u);
  EXPECT_EQ(batch.series.size(), 1u);
}

TEST(DecodeRefusals, TextsStayShortWhateverTheSeriesIs) {
  const std::string message = field(4, "") + field(4, std::string(100'000, 'n')) + field(5, field(1, bytes({1, 1})));
  const WriteBatch batch = must_decode(kV2, message);
  EXPECT_LT(batch.refused.at(0).reason.size(), 5000u);
  const std::string many = kSymbols + field(5, field(1, std::string(50'001, '\x01')));
  EXPECT_LT(must_decode(kV2, many).refused.at(0).reason.size(), 500u);
}

}  // namespace
}  // namespace sluice::wire
