// tests/storage/head/head_model_test.cc
//
// Goal: whatever is written, flushed and evicted, the head answers like a plain map. Method: random commit groups (in
// order, late, repeated, contradicting, stale, with gaps, with timestamps of their own, histograms, start times), some
// of them rolled back; random flushes, some of which fail; random evictions. Every verdict, every flush and every read
// is compared. In debug builds the head checks its own invariants after every sample as well.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <random>

#include "storage/frame/histogram_compare.h"
#include "storage/head/head.h"

namespace sluice::storage {
namespace {

struct Stored {
  std::uint64_t bits = 0;
  std::shared_ptr<const Histogram> histogram;
  std::int64_t start_ms = 0;
  bool flushed = false;
};
using Series = std::map<std::int64_t, Stored>;

struct Model {
  std::vector<Series> series;
  std::vector<std::int64_t> last;  // L, contract section 6
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
};

bool same(const Stored& a, const Stored& b) {
  if ((a.histogram == nullptr) != (b.histogram == nullptr)) return false;
  return a.histogram ? same_sample(*a.histogram, *b.histogram) : a.bits == b.bits;
}

constexpr std::uint32_t kSeries = 24;
constexpr std::int64_t kStep = 15'000;

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed), model_{.series = std::vector<Series>(kSeries), .last = {}} {
    model_.last.assign(kSeries, std::numeric_limits<std::int64_t>::min());
    limits_.out_of_order_window_ms = 30 * 60 * 1000;
    for (std::uint32_t ref = 0; ref < kSeries; ++ref) head_.ensure(SeriesRef(ref), ref % 4);
  }

  void step() {
    commit_group();
    if (chance(15)) flush();
    if (chance(25)) evict();
    if (chance(2)) read();
  }

 private:
  bool chance(unsigned one_in) { return random_() % one_in == 0; }

  struct Part {
    std::vector<FloatSample> floats;
    std::vector<HistogramSample> histograms;
    std::vector<SampleStart> starts;
  };

  // Judges one to three parts against model and head alike, then publishes or rolls back all of them.
  void commit_group() {
    Model before = model_;
    std::vector<Part> parts(1 + random_() % 3);
    std::vector<SeriesRef> refs;
    for (Part& part : parts) {
      scrape_ms_ += kStep * (chance(40) ? 50 : 1);
      for (std::uint32_t ref = 0; ref < kSeries; ++ref) {
        for (int samples = chance(10) ? 3 : 1; samples > 0; --samples)
          if (!chance(12)) judge_one(ref, part, refs);
      }
    }
    if (chance(10)) {
      head_.rollback(refs);
      model_ = std::move(before);
      return;
    }
    for (const Part& part : parts)
      head_.publish({.floats = part.floats, .histograms = part.histograms, .starts = part.starts});
  }

  // When a series' sample is: with its target's scrape, at a time of its own, or in the past.
  std::int64_t pick_time(std::uint32_t ref) {
    if (ref % 12 == 11) return scrape_ms_ - 24 * 3'600'000;  // of an agent that is a day behind
    if (chance(15)) return scrape_ms_ - kStep * static_cast<std::int64_t>(random_() % 200);
    if (chance(60)) return scrape_ms_ - 3'000 - static_cast<std::int64_t>(random_() % 1000);
    if (ref % 6 == 5) return scrape_ms_ + static_cast<std::int64_t>(random_() % 500);  // never with the others
    if (ref % 6 == 4) return scrape_ms_ + 77 + ref;                                    // an exporter's own clock
    if (ref % 6 == 3 && chance(3)) return scrape_ms_ + kStep;                          // often ahead
    return scrape_ms_;
  }

  Stored pick_value(std::uint32_t ref) {
    Stored value;
    double& level = levels_[ref];
    if (ref % 8 == 7 && chance(2)) {
      value.histogram = pick_histogram(ref);
    } else if (chance(40)) {
      value.bits = kStaleNanBits;
    } else {
      if (ref % 4 != 0) level += static_cast<double>(random_() % 9) / (ref % 4 == 1 ? 10 : 1);
      if (ref % 4 == 3 && chance(20)) level = std::bit_cast<double>(random_());
      value.bits = std::bit_cast<std::uint64_t>(level);
    }
    if (ref % 5 == 0 && !chance(6)) value.start_ms = 1000 + static_cast<std::int64_t>(random_() % 30 == 0);
    return value;
  }

  std::shared_ptr<const Histogram> pick_histogram(std::uint32_t ref) {
    auto h = std::make_shared<Histogram>();
    h->integer = true;
    h->positive_spans = {{0, 4}};
    h->positive_buckets = {levels_[ref], 1, 2, static_cast<double>(random_() % 3)};
    h->count = static_cast<double>(random_() % 4);
    return h;
  }

  Verdict expected(std::uint32_t ref, std::int64_t t, const Stored& value) const {
    const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    const auto before = [&](std::int64_t age) { return model_.newest == lowest ? lowest : model_.newest - age; };
    if (t > model_.last[ref]) return Verdict::in_order;
    if (t < model_.last[ref] && t < before(limits_.out_of_order_window_ms)) return Verdict::too_old;
    const auto at = model_.series[ref].find(t);
    if (at == model_.series[ref].end()) return Verdict::late;
    return same(at->second, value) ? Verdict::duplicate : Verdict::duplicate_timestamp;
  }

  void judge_one(std::uint32_t ref, Part& part, std::vector<SeriesRef>& refs) {
    const std::int64_t t = pick_time(ref);
    Stored value = pick_value(ref);
    if (const auto at = model_.series[ref].find(t); at != model_.series[ref].end() && chance(2)) value = at->second;
    const Verdict verdict = value.histogram
                                ? head_.judge(SeriesRef(ref), t, value.histogram, limits_)
                                : head_.judge(SeriesRef(ref), t, std::bit_cast<double>(value.bits), limits_);
    ASSERT_EQ(static_cast<int>(verdict), static_cast<int>(expected(ref, t, value))) << "series " << ref << " at " << t;
    if (!accepted(verdict)) return;
    refs.push_back(SeriesRef(ref));
    value.flushed = false;
    if (value.histogram)
      part.histograms.push_back({SeriesRef(ref), t, std::make_shared<Histogram>(*value.histogram)});
    else
      part.floats.push_back({SeriesRef(ref), t, std::bit_cast<double>(value.bits)});
    if (value.start_ms != 0) part.starts.push_back({SeriesRef(ref), t, value.start_ms});
    model_.series[ref][t] = value;
    model_.last[ref] = std::max(model_.last[ref], t);
    model_.newest = std::max(model_.newest, t);
  }

  void flush() {
    Unflushed out;
    FlushTicket ticket;
    for (std::uint32_t ref = 0; ref < kSeries; ref += 7)
      head_.collect_unflushed(SeriesRef(ref), SeriesRef(ref + 7), out, ticket);
    std::vector<bool> seen(kSeries);
    for (const Unflushed::Series& entry : out.series) {
      seen[entry.ref.value()] = true;
      compare_flushed(entry, out);
    }
    for (std::uint32_t ref = 0; ref < kSeries; ++ref) {
      const bool owes = std::any_of(model_.series[ref].begin(), model_.series[ref].end(),
                                    [](const auto& s) { return !s.second.flushed; });
      ASSERT_EQ(seen[ref], owes);
    }
    if (chance(3)) return;  // the disk failed: all of it comes again
    head_.mark_flushed(ticket);
    for (Series& series : model_.series)
      for (auto& [t, stored] : series) stored.flushed = true;
    ASSERT_FALSE(head_.has_unflushed());
    ASSERT_EQ(head_.oldest_unflushed_ms(), std::numeric_limits<std::int64_t>::max());
  }

  void compare_flushed(const Unflushed::Series& entry, const Unflushed& out) {
    std::vector<StartTimestamp> starts;
    std::vector<std::int64_t> times;
    std::size_t i = entry.first_sample, h = entry.first_histogram;
    std::map<std::int64_t, std::int64_t> expected_starts;
    for (const auto& [t, stored] : model_.series[entry.ref.value()]) {
      if (stored.flushed) continue;
      times.push_back(t);
      if (stored.start_ms != 0) expected_starts[t] = stored.start_ms;
      if (stored.histogram) {
        ASSERT_LT(h, entry.first_histogram + entry.histogram_count);
        ASSERT_EQ(out.histograms[h].timestamp_ms, t);
        ASSERT_TRUE(same_sample(*out.histograms[h++].histogram, *stored.histogram));
      } else {
        ASSERT_LT(i, entry.first_sample + entry.sample_count);
        ASSERT_EQ(out.timestamps_ms[i], t);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(out.values[i++]), stored.bits);
      }
    }
    ASSERT_EQ(i, entry.first_sample + entry.sample_count);
    ASSERT_EQ(h, entry.first_histogram + entry.histogram_count);
    expand_starts({out.starts.data() + entry.first_start, entry.start_count}, times, starts);
    ASSERT_EQ(starts.size(), expected_starts.size());
    for (const StartTimestamp& start : starts) ASSERT_EQ(start.start_ms, expected_starts[start.timestamp_ms]);
  }

  void evict() {
    if (model_.newest < 0) return;
    const std::int64_t before = model_.newest - 40 * 60 * 1000 - static_cast<std::int64_t>(random_() % 3'000'000);
    head_.evict(before);
    std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
    for (Series& series : model_.series) {
      for (const auto& [t, stored] : series)
        if (t >= before || !stored.flushed) oldest = std::min(oldest, t);
    }
    ASSERT_LE(head_.min_time_ms(), oldest);
  }

  void read() {
    std::vector<SeriesRef> refs;
    for (std::uint32_t i = 0; i < 10; ++i)
      refs.push_back(SeriesRef(static_cast<std::uint32_t>(random_() % (kSeries + 1))));
    TimeRangeMs range{scrape_ms_ - static_cast<std::int64_t>(random_() % 6'000'000), scrape_ms_ + 60'000};
    range.max_ms -= static_cast<std::int64_t>(random_() % 3) * 600'000;
    SeriesBatch batch;
    head_.read(refs, range, batch);
    ASSERT_EQ(batch.series.size(), refs.size());
    std::vector<SeriesRef> reaching;
    head_.add_reaching(range, refs, reaching);
    for (std::size_t i = 0; i < refs.size(); ++i) {
      const SeriesSamples& samples = batch.series[i];
      const bool listed = std::find(reaching.begin(), reaching.end(), refs[i]) != reaching.end();
      ASSERT_TRUE(listed || (samples.timestamps_ms.empty() && samples.histograms.empty())) << "read but not listed";
      if (refs[i].value() < kSeries) compare_read(refs[i].value(), range, batch.series[i]);
      ASSERT_TRUE(refs[i].value() < kSeries || batch.series[i].timestamps_ms.empty());
    }
  }

  void compare_read(std::uint32_t ref, TimeRangeMs range, const SeriesSamples& samples) {
    std::map<std::int64_t, Stored> got;
    for (std::size_t i = 0; i < samples.timestamps_ms.size(); ++i) {
      ASSERT_TRUE(i == 0 || samples.timestamps_ms[i] > samples.timestamps_ms[i - 1]);
      got[samples.timestamps_ms[i]].bits = std::bit_cast<std::uint64_t>(samples.values[i]);
      ASSERT_TRUE(samples.has_stale || !is_stale_nan(samples.values[i]));
      ASSERT_TRUE(!samples.constant ||
                  std::bit_cast<std::uint64_t>(samples.values[i]) == std::bit_cast<std::uint64_t>(samples.values[0]));
    }
    for (const HistogramPoint& point : samples.histograms) {
      ASSERT_FALSE(got.contains(point.timestamp_ms));
      got[point.timestamp_ms].histogram = std::make_shared<Histogram>(*point.histogram);
    }
    for (const StartTimestamp& start : samples.start_times) {
      ASSERT_TRUE(got.contains(start.timestamp_ms));
      got[start.timestamp_ms].start_ms = start.start_ms;
    }
    const std::int64_t complete = head_.complete_from_ms();
    for (const auto& [t, stored] : got) {
      const auto at = model_.series[ref].find(t);
      ASSERT_TRUE(at != model_.series[ref].end()) << "invented " << t;
      ASSERT_TRUE(same(at->second, stored)) << "series " << ref << " at " << t;
      ASSERT_TRUE(t < complete || at->second.start_ms == stored.start_ms) << "series " << ref << " at " << t;
    }
    for (const auto& [t, stored] : model_.series[ref]) {
      if (t < range.min_ms || t > range.max_ms || (t < complete && stored.flushed)) continue;
      ASSERT_TRUE(got.contains(t)) << "lost " << t << " of series " << ref;
    }
  }

  std::mt19937_64 random_;
  Head head_;
  Model model_;
  StorageLimits limits_;
  std::map<std::uint32_t, double> levels_;
  std::int64_t scrape_ms_ = 1'700'000'000'000;
};

class HeadModel : public testing::TestWithParam<std::uint64_t> {};
TEST_P(HeadModel, AnswersLikeAMap) {
  World world(GetParam());
  for (int i = 0; i < 250 && !testing::Test::HasFatalFailure(); ++i) world.step();
}
INSTANTIATE_TEST_SUITE_P(Seeds, HeadModel, testing::Range<std::uint64_t>(1, 7));

}  // namespace
}  // namespace sluice::storage
