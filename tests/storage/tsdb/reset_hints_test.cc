// Goal: the counter reset hints that readers see are true wherever the samples lie, and say as much as Prometheus's do.
// Method: random histograms and floats, some of them late, through head, flush, blocks, compaction and restarts; what
// is read is compared with the model of tests/support. True: not_reset only where the model says so of a histogram and
// the sample before it. As much: unknown without need only where a piece begins (a flush, a partition, a restart) or
// where a sample came late.
#include <algorithm>
#include <deque>
#include <random>
#include <set>

#include "proto/model/sample.h"
#include "tests/storage/tsdb/tsdb_fixture.h"
#include "tests/support/counter_reset_hints.h"

namespace sluice::storage {
namespace {

constexpr std::int64_t kScrape = 15'000, kMinute = 60'000;
constexpr std::size_t kSeries = 6;

class ResetHints : public TsdbTest, public testing::WithParamInterface<std::uint32_t> {
 protected:
  ResetHints() : random(GetParam()) {
    tsdb.reset();
    options.partition_ms = 10 * kMinute;
    options.keep_after_flush_ms = (GetParam() % 2 == 0 ? 5 : 40) * kMinute;  // long enough to be packed
    limits.out_of_order_window_ms = 60 * kMinute;
    open();
  }

  struct Known {
    std::map<std::int64_t, Histogram> histograms;  // as they were sent
    std::set<std::int64_t> floats;
    std::set<std::int64_t> excused;  // may be unknown without need
    bool piece_begins = true;        // with the next sample
    Histogram last;
    std::int64_t newest_ms() const {
      return std::max(histograms.empty() ? INT64_MIN : histograms.rbegin()->first,
                      floats.empty() ? INT64_MIN : *floats.rbegin());
    }
  };

  bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }
  static Labels labels_of(std::size_t i) { return series("h", {{"n", std::to_string(i)}}); }

  // Mostly it grows; now and then something else happens to it.
  Histogram next(Histogram h) {
    h.hint = chance(10) ? static_cast<CounterResetHint>(random() % 3) : CounterResetHint::unknown;
    if (h.positive_buckets.empty() || chance(4)) {
      h = Histogram();
      h.integer = chance(50);
      h.schema = chance(50) ? 1 : 2;
      h.positive_spans = {{0, 2}};
      h.positive_buckets = {1, 1};
      if (chance(20)) h.hint = CounterResetHint::gauge;
    }
    if (chance(10)) {
      h.positive_spans.push_back({1, 1});
      h.positive_buckets.push_back(1);
    }
    for (double& bucket : h.positive_buckets) bucket += static_cast<double>(random() % 3);
    if (chance(5)) h.positive_buckets[0] = 0;
    if (chance(5)) h.zero_threshold = h.zero_threshold == 0 ? 0.5 : 0;
    h.sum = chance(3) ? stale_nan() : 3;
    h.count = h.zero_count;
    for (const double bucket : h.positive_buckets) h.count += bucket;
    return h;
  }

  void excuse_next(Known& known, std::int64_t t) {
    const auto after = known.histograms.upper_bound(t);
    if (after != known.histograms.end()) known.excused.insert(after->first);
  }

  void write_one(std::size_t i, std::int64_t t, std::vector<SeriesToWrite>& body, std::deque<Histogram>& sent) {
    Known& known = models[i];
    if (known.histograms.contains(t) || known.floats.contains(t)) return;
    const bool late = t < known.newest_ms();
    const auto partition = [&](std::int64_t time) { return time - time % options.partition_ms; };
    if (late || known.piece_begins || partition(t) != partition(known.newest_ms())) known.excused.insert(t);
    known.piece_begins = late && known.piece_begins;
    if (late) excuse_next(known, t);
    if (i % 3 == 2 && chance(late ? 50 : 10)) {
      known.floats.insert(t);
      body.push_back({labels_of(i), {{t, 1}}});
      // The first histogram behind it begins a chunk anyhow.
      if (known.excused.contains(t)) known.piece_begins = true;
      return;
    }
    known.last = known.histograms[t] = next(known.last);
    sent.push_back(known.last);
    body.push_back({labels_of(i), {}, {{t, 0, &sent.back()}}});
  }

  void write_some() {
    std::vector<SeriesToWrite> body;
    std::deque<Histogram> sent;
    for (int scrapes = chance(20) ? 3 : 1; scrapes > 0; --scrapes) {
      clock.now += kScrape;
      for (std::size_t i = 0; i < kSeries; ++i) {
        const bool late = i % 2 == 1 && chance(8);
        write_one(i, late ? clock.now - static_cast<std::int64_t>(random() % (30 * kMinute)) : clock.now.load(), body,
                  sent);
      }
    }
    const auto report = write("a", body);
    ASSERT_EQ(report.refused_total(), 0u) << report.examples.at(0);
  }

  void something_else() {
    const unsigned what = random() % 100;
    if (what < 50) {
      ASSERT_TRUE(tsdb->flush().has_value());
    } else if (what < 75) {
      ASSERT_TRUE(tsdb->compact().has_value());
      return;
    } else if (what < 90) {
      restart();
    } else {
      // Replayed from the journal: what begins there begins a piece.
      crash();
      for (Known& known : models) {
        for (const auto& [t, histogram] : known.histograms)
          if (t >= known_flushed_ms) known.excused.insert(t);
      }
      for (Known& known : models) known.piece_begins = true;
      return;
    }
    known_flushed_ms = clock.now + 1;
    for (Known& known : models) {
      known.piece_begins = true;
      excuse_next(known, clock.now - options.keep_after_flush_ms - 1);  // where memory begins now
    }
  }

  // What the model says of a histogram behind the sample before it.
  static CounterResetHint expected(const Known& known, std::int64_t t) {
    test::CounterResetHints model;
    const auto at = known.histograms.find(t);
    if (at != known.histograms.begin()) {
      const auto before = std::prev(at);
      model.next(before->second);
      const auto between = known.floats.upper_bound(before->first);
      if (between != known.floats.end() && *between < t) model.end_chunk();
    }
    return model.next(at->second);
  }

  void compare(TimeRangeMs range) {
    const auto source = tsdb->source(tenant("a"));
    const auto set = source->select({}, range, {});
    ASSERT_TRUE(set.has_value());
    SeriesBatch batch;
    ASSERT_TRUE((*set)->read(0, (*set)->size(), batch).has_value());
    for (std::size_t i = 0; i < (*set)->size(); ++i) {
      const Labels labels = to_labels((*set)->labels(i), source->symbols());
      for (std::size_t n = 0; n < kSeries; ++n)
        if (labels == labels_of(n)) compare_series(n, batch.series[i], range);
    }
  }

  void compare_series(std::size_t n, const SeriesSamples& samples, TimeRangeMs range) {
    const Known& known = models[n];
    const auto first = known.histograms.lower_bound(range.min_ms);
    const auto count = std::distance(first, known.histograms.upper_bound(range.max_ms));
    ASSERT_EQ(samples.histograms.size(), static_cast<std::size_t>(count));
    for (const HistogramPoint& point : samples.histograms) {
      const std::int64_t t = point.timestamp_ms;
      ASSERT_TRUE(known.histograms.contains(t));
      const CounterResetHint model = expected(known, t), got = point.histogram->hint;
      if (got == model) continue;
      const bool begins = &point == &samples.histograms.front();
      ASSERT_TRUE(got == CounterResetHint::unknown || begins)
          << "series " << n << " at " << t - t0 << " is not what it says; seed " << GetParam();
      ASSERT_TRUE(known.excused.contains(t) || begins) << "series " << n << " at " << t - t0 << " says too little";
      ASSERT_NE(got, CounterResetHint::reset);
    }
  }

  std::mt19937 random;
  std::vector<Known> models{kSeries};
  std::int64_t known_flushed_ms = 0;
};

TEST_P(ResetHints, AreTrueWhereverTheSamplesLie) {
  for (int round = 0; round < (SLUICE_TEST_ROCKS ? 100 : 300) && !HasFatalFailure(); ++round) {
    write_some();
    if (chance(12)) something_else();
    if (!chance(15)) continue;
    compare(kAllTime);
    const std::int64_t from = clock.now - static_cast<std::int64_t>(random() % (60 * kMinute));
    compare({from, from + static_cast<std::int64_t>(random() % (30 * kMinute))});
  }
  compare(kAllTime);
}
INSTANTIATE_TEST_SUITE_P(Seeds, ResetHints, testing::Range(1u, SLUICE_TEST_ROCKS ? 4u : 13u));

}  // namespace
}  // namespace sluice::storage
