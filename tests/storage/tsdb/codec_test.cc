#include <gtest/gtest.h>

#include <random>

#include "storage/tsdb/label_codec.h"
#include "storage/tsdb/record.h"
#include "storage/tsdb/run_codec.h"
#include "storage/tsdb/value_column.h"
#include "tests/storage/frame/same_bits.h"

namespace sluice::storage {
namespace {

struct Registered {
  SymbolTable symbols;
  SeriesIndex index{symbols};
  SeriesRef add(const std::vector<std::pair<std::string, std::string>>& labels) {
    std::vector<SymbolId> names, values;
    for (const auto& [name, value] : labels) {
      names.push_back(symbols.intern(name));
      values.push_back(symbols.intern(value));
    }
    return index.add(names, values);
  }
};

AcceptedPart some_part() {
  AcceptedPart part;
  for (std::uint32_t i : {0u, 1u, 2u, 7u, 5u, 6u})
    part.floats.push_back({SeriesRef(i), 1000 + (i > 5 ? 15 : 0), i * 1.5});
  part.floats.push_back({SeriesRef(0), INT64_MAX, stale_nan()});
  part.floats.push_back({SeriesRef(0), INT64_MIN, -0.0});
  Histogram histogram;
  histogram.count = 3;
  histogram.sum = 2.5;
  part.histograms.push_back({SeriesRef(3), 99, std::make_shared<Histogram>(histogram)});
  part.starts.push_back({SeriesRef(3), 99, 42});
  part.exemplars.push_back({SeriesRef(4), {{{"trace_id", "x"}}, -5, 0.25}});
  part.metadata.push_back({"m", MetricType::counter, "help", "seconds"});
  return part;
}

TEST(Record, EverythingComesBack) {
  Registered registered;
  for (int i = 0; i < 8; ++i) registered.add({{"__name__", "m"}, {"n", std::to_string(i)}});
  const AcceptedPart part = some_part();
  std::string bytes;
  encode_record(TenantNumber(300), registered.symbols, registered.index, {2, 1}, {registered.symbols.size(), 8}, part,
                bytes);
  const auto parts = decode_record(bytes);
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->tenant, TenantNumber(300));
  EXPECT_EQ(parts->first_symbol, 2u);
  EXPECT_EQ(parts->symbols.at(0), registered.symbols.text(SymbolId(2)));
  EXPECT_EQ(parts->first_series, 1u);
  EXPECT_EQ(parts->series_count, 7u);
  AcceptedPart back;
  ASSERT_TRUE(decode_samples(parts->samples, 8, back).has_value());
  ASSERT_EQ(back.floats.size(), part.floats.size());
  for (std::size_t i = 0; i < part.floats.size(); ++i) {
    EXPECT_EQ(back.floats[i].ref, part.floats[i].ref);
    EXPECT_EQ(back.floats[i].timestamp_ms, part.floats[i].timestamp_ms);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back.floats[i].value), std::bit_cast<std::uint64_t>(part.floats[i].value));
  }
  EXPECT_TRUE(same_bits(*back.histograms.at(0).histogram, *part.histograms[0].histogram));
  EXPECT_EQ(back.starts.at(0).start_ms, 42);
  EXPECT_EQ(back.exemplars.at(0).exemplar.labels.at(0).value, "x");
  EXPECT_EQ(back.metadata.at(0).unit, "seconds");
}

TEST(Record, ARefBeyondTheRegisteredSeriesIsDamage) {
  Registered registered;
  std::string bytes;
  encode_record(TenantNumber(1), registered.symbols, registered.index, {}, {}, some_part(), bytes);
  AcceptedPart back;
  const auto decoded = decode_samples(decode_record(bytes)->samples, 7, back);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), Errc::corrupt);
  EXPECT_NE(decoded.error().detail().find("restore the data directory"), std::string::npos);
}

TEST(Record, AnyTruncationIsNoticedAndAnyFlippedByteIsSurvived) {
  Registered registered;
  for (int i = 0; i < 8; ++i) registered.add({{"__name__", "m"}, {"n", std::to_string(i)}});
  std::string bytes;
  encode_record(TenantNumber(1), registered.symbols, registered.index, {}, {registered.symbols.size(), 8}, some_part(),
                bytes);
  AcceptedPart back;
  const auto read = [&](std::string_view record) {
    const auto parts = decode_record(record);
    if (!parts) return false;
    ByteReader series(parts->series);
    LabelSetDecoder labels;
    for (std::uint32_t i = 0; i < parts->series_count && labels.next(series); ++i) continue;
    return decode_samples(parts->samples, 8, back).has_value();
  };
  ASSERT_TRUE(read(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(read(std::string_view(bytes).substr(0, size)));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x41);
    read(flipped);  // for the sanitizers: whatever it says, it stays inside its bytes
  }
}

TEST(ValueColumn, EveryBitPatternComesBackAndSmallIntegersAreShort) {
  std::mt19937_64 random(5);
  std::vector<FloatSample> floats(1001), back(1001);
  for (std::size_t i = 0; i < floats.size(); ++i) {
    const std::uint64_t bits = random() << (random() % 8 * 8);
    floats[i].value = i % 3 == 0 ? static_cast<double>(random() % 1000) : std::bit_cast<double>(bits);
  }
  floats[0].value = 0;
  floats[1].value = stale_nan();
  std::string bytes;
  encode_values(floats, bytes);
  ByteReader in(bytes);
  ASSERT_TRUE(decode_values(in, back));
  EXPECT_TRUE(in.done());
  for (std::size_t i = 0; i < floats.size(); ++i) {
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back[i].value), std::bit_cast<std::uint64_t>(floats[i].value));
  }
  for (FloatSample& sample : floats) sample.value = 200;
  bytes.clear();
  encode_values(floats, bytes);
  EXPECT_LE(bytes.size(), floats.size() * 5 / 2 + 1);
}

TEST(LabelCodec, SetsOfSeveralShapesComeBack) {
  Registered registered;
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    std::vector<std::pair<std::string, std::string>> labels{{"__name__", "m" + std::to_string(i % 7)}};
    for (std::uint32_t k = 0; k < random() % 12; ++k)
      labels.emplace_back("l" + std::to_string(k), std::to_string(random() % 50));
    labels.emplace_back("z", std::to_string(i));
    registered.add(labels);
  }
  std::string bytes;
  encode_series(registered.index, 0, 500, bytes);
  ByteReader in(bytes);
  ASSERT_EQ(in.count(), 500u);
  LabelSetDecoder labels;
  for (std::uint32_t ref = 0; ref < 500; ++ref) {
    ASSERT_TRUE(labels.next(in));
    const LabelsView expected = registered.index.labels(SeriesRef(ref));
    EXPECT_TRUE(
        std::equal(labels.names().begin(), labels.names().end(), expected.names, expected.names + expected.count));
    EXPECT_TRUE(
        std::equal(labels.values().begin(), labels.values().end(), expected.values, expected.values + expected.count));
  }
  EXPECT_TRUE(in.done());
}

TEST(RunCodec, EntriesAreFoundByTheirRefs) {
  RunWriter writer;
  for (const std::uint32_t ref : {3u, 900u, 901u, 70'000u}) writer.add(SeriesRef(ref), std::string(ref % 5, 'x'));
  EXPECT_EQ(writer.last(), SeriesRef(70'000));
  const std::string run = writer.take();
  EXPECT_TRUE(writer.empty());
  RunReader reader;
  ASSERT_TRUE(reader.open(run));
  ASSERT_EQ(reader.size(), 4u);
  EXPECT_EQ(reader.ref(reader.lower_bound(SeriesRef(4), 0)), SeriesRef(900));
  EXPECT_EQ(reader.entry(2), "x");
  EXPECT_EQ(reader.entry(0), "xxx");
  EXPECT_FALSE(reader.open(run.substr(0, run.size() - 1)));
}

TEST(RunCodec, SeriesOfOneScrapeShareATimeline) {
  TimelineTable table;
  const std::vector<std::int64_t> one{1, 2, 3}, other{1, 2, 4};
  EXPECT_EQ(table.id_of(one), 0u);
  EXPECT_EQ(table.id_of(other), 1u);
  EXPECT_EQ(table.id_of(std::vector<std::int64_t>(one)), 0u);
  std::vector<std::int64_t> back;
  std::string both = std::string(table.encoded(0)) + std::string(table.encoded(1));
  std::string_view bytes = both;
  ASSERT_TRUE(skip_timeline(bytes));
  ASSERT_TRUE(decode_timeline(bytes, back));
  EXPECT_EQ(back, other);
  EXPECT_TRUE(bytes.empty());
}

TEST(RunCodec, AnEntrySaysWhetherItHasStaleMarkers) {
  const std::vector<std::int64_t> times{1, 2};
  const std::vector<double> plain{1, 2}, stale{1, stale_nan()};
  for (const bool has_stale : {false, true}) {
    std::string entry;
    encode_entry({times, has_stale ? stale : plain, {}, {}}, 5, entry);
    EntryView view;
    ASSERT_TRUE(parse_entry(entry, view));
    EXPECT_EQ(view.has_stale, has_stale);
    EXPECT_EQ(view.float_count, 2u);
    EXPECT_EQ(view.timeline, 5u);
    EXPECT_FALSE(view.has_histograms);
  }
}

// For the sanitizers: whatever a damaged run says, reading it stays inside its bytes and inside what it may claim.
TEST(RunCodec, FlippedBytesAreSurvived) {
  const std::vector<std::int64_t> times{1000, 2000, 3000, 4000};
  const std::vector<double> values{1, 2.5, stale_nan(), 1e300};
  const Histogram histogram;
  const std::vector<HistogramPoint> points{{1500, &histogram}};
  const std::vector<StartChange> starts{{1000, 5}};
  std::string entry;
  encode_entry({times, values, points, starts}, 0, entry);
  RunWriter writer;
  writer.add(SeriesRef(1), entry);
  writer.add(SeriesRef(2), entry);
  const std::string run = writer.take();
  for (std::size_t at = 0; at < run.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xff'}) {
      std::string flipped = run;
      flipped[at] = static_cast<char>(flipped[at] ^ flip);
      RunReader reader;
      if (!reader.open(flipped)) continue;
      for (std::size_t i = 0; i < reader.size(); ++i) {
        EntryView view;
        EntryTail tail;
        if (parse_entry(reader.entry(i), view)) [[maybe_unused]]
          const bool good = decode_tail(view, view.values, tail);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::storage
