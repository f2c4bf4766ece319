// Goal: whatever order samples arrive in, and whatever happens in between (flush, compaction, eviction, restart,
// crash), every acknowledged sample is read back, and no other. Method: random actions, compared with a plain map. A
// sample's value follows from its series and timestamp, so that repeats are duplicates; now and then another value is
// tried for one that is known, wherever it lies by now, and has to be refused.

#include <deque>
#include <random>
#include <set>

#include "storage/frame/histogram_compare.h"
#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

constexpr std::int64_t kMinute = 60'000;

class TsdbModel : public TsdbTest, public testing::WithParamInterface<std::uint32_t> {
 protected:
  TsdbModel() : random(GetParam()) {
    tsdb.reset();
    options.partition_ms = 10 * kMinute;
    options.keep_after_flush_ms = 15 * kMinute;
    limits.out_of_order_window_ms = 40 * kMinute;
    open();
  }

  struct Known {
    Labels labels;
    bool histograms = false;
    bool lags = false;  // of an agent that is hours behind: in order for itself
    std::set<std::int64_t> timestamps;
  };
  using TenantModel = std::map<std::string, Known>;  // by the text of the labels

  std::int64_t pick(std::int64_t from, std::int64_t to) { return std::uniform_int_distribution(from, to)(random); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  static double value_at(const std::string& name, std::int64_t t) {
    const std::size_t kind = std::hash<std::string>{}(name) % 3;
    if (kind == 0) return 7;                                         // constant
    if (kind == 1) return static_cast<double>(t / 1000 % 100'000);   // counter
    return t % 7 == 0 ? stale_nan() : static_cast<double>(t) / 3.0;  // anything
  }

  static std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

  static Histogram histogram_at(std::int64_t t) {
    Histogram h;
    h.integer = true;
    h.schema = t % 3 == 0 ? 2 : 3;
    h.zero_count = static_cast<double>(t % 5);
    h.positive_spans = {{0, 2}};
    h.positive_buckets = {static_cast<double>(t % 100), 3};
    h.count = h.zero_count + h.positive_buckets[0] + 3;
    h.sum = static_cast<double>(t);
    return h;
  }

  Known& some_series(TenantModel& model) {
    const std::int64_t number = pick(0, 40);
    const std::string metric = "m" + std::to_string(number % 5);
    const Labels labels = series(metric, {{"n", std::to_string(number)}, {"instance", std::to_string(number % 3)}});
    Known& known = model[labels.text()];
    known.labels = labels;
    known.histograms = number % 8 == 7;
    known.lags = number % 10 == 9;
    return known;
  }

  std::int64_t some_time(const Known& known) {
    if (known.lags) return clock.now - clock.now % 15'000 - 300 * kMinute;
    if (chance(70)) return clock.now - clock.now % 15'000;    // the scrape everybody shares
    if (chance(50)) return clock.now - pick(0, 5 * kMinute);  // a little late
    return clock.now - pick(0, 35 * kMinute);                 // late by partitions
  }

  void write_some(const std::string& who) {
    TenantModel& model = models[who];
    std::vector<SeriesToWrite> body;
    std::deque<Histogram> histograms;
    const std::int64_t count = pick(1, 30);
    for (std::int64_t i = 0; i < count; ++i) {
      Known& known = some_series(model);
      const std::int64_t t = some_time(known);
      known.timestamps.insert(t);
      SeriesToWrite one{known.labels, {}};
      if (known.histograms) {
        one.histograms.push_back({t, 0, &histograms.emplace_back(histogram_at(t))});
      } else {
        one.samples.push_back({t, value_at(known.labels.text(), t)});
      }
      body.push_back(std::move(one));
    }
    const auto report = write(who, body);
    ASSERT_EQ(report.refused_total(), 0u) << report.examples.at(0);
    ASSERT_EQ(report.samples_written + report.histograms_written, static_cast<std::uint64_t>(count));
  }

  // Inside the out-of-order window, so that only the value is wrong.
  void contradict_some(const std::string& who) {
    for (const auto& [name, known] : models[who]) {
      if (known.histograms || known.lags || known.timestamps.empty() || !chance(20)) continue;
      const auto at = known.timestamps.lower_bound(clock.now - pick(0, 35 * kMinute));
      if (at == known.timestamps.end()) continue;
      const auto report =
          write(who, {{known.labels, {{*at, is_stale_nan(value_at(name, *at)) ? 1e6 : value_at(name, *at) + 1e6}}}});
      ASSERT_EQ(refused(report, Refusal::duplicate_timestamp), 1u) << name << " at " << *at;
    }
  }

  void compare(const std::string& who, TimeRangeMs range) {
    const auto source = tsdb->source(tenant(who));
    const auto set = source->select({}, range, {});
    ASSERT_TRUE(set.has_value()) << set.error().detail();
    SeriesBatch batch;
    std::map<std::string, std::set<std::int64_t>> found;
    const auto step = static_cast<std::size_t>(pick(1, 50));
    for (std::size_t first = 0; first < (*set)->size(); first += step) {
      const std::size_t count = std::min(step, (*set)->size() - first);
      const auto read = (*set)->read(first, count, batch);
      ASSERT_TRUE(read.has_value()) << read.error().detail();
      for (std::size_t i = 0; i < count; ++i) {
        const std::string name = to_labels((*set)->labels(first + i), source->symbols()).text();
        compare_samples(name, batch.series[i], found[name]);
      }
    }
    for (const auto& [name, known] : models[who]) {
      std::set<std::int64_t> expected;
      for (const std::int64_t t : known.timestamps) {
        if (t >= range.min_ms && t <= range.max_ms) expected.insert(t);
      }
      ASSERT_EQ(found[name], expected) << name << " of " << who << " seed " << GetParam();
      found.erase(name);
    }
    ASSERT_TRUE(found.empty()) << "invented series, as " << found.begin()->first;
  }

  void compare_samples(const std::string& name, const SeriesSamples& samples, std::set<std::int64_t>& found) {
    for (std::size_t k = 0; k < samples.timestamps_ms.size(); ++k) {
      const std::int64_t t = samples.timestamps_ms[k];
      ASSERT_TRUE(found.insert(t).second) << "twice";
      ASSERT_EQ(bits(samples.values[k]), bits(value_at(name, t))) << name;
      ASSERT_TRUE(!samples.constant || bits(samples.values[k]) == bits(samples.values[0]));
      ASSERT_TRUE(samples.has_stale || !is_stale_nan(samples.values[k]));
    }
    for (const HistogramPoint& point : samples.histograms) {
      ASSERT_TRUE(found.insert(point.timestamp_ms).second) << "twice";
      ASSERT_TRUE(same_sample(*point.histogram, histogram_at(point.timestamp_ms))) << name;
    }
  }

  void compare_all() {
    for (const auto& [who, model] : models) {
      compare(who, kAllTime);
      const std::int64_t from = clock.now - pick(0, 90 * kMinute);
      compare(who, {from, from + pick(0, 60 * kMinute)});
    }
  }

  void something_else() {
    const std::int64_t what = pick(1, 100);
    if (what <= 40) {
      const auto flushed = tsdb->flush();
      ASSERT_TRUE(flushed.has_value()) << flushed.error().detail();
    } else if (what <= 65) {
      const auto compacted = tsdb->compact();
      ASSERT_TRUE(compacted.has_value()) << compacted.error().detail();
    } else if (what <= 80) {
      restart();
    } else {
      crash();
    }
  }

  std::mt19937 random;
  std::map<std::string, TenantModel> models;
};

TEST_P(TsdbModel, EverySampleThatWasAcknowledgedIsReadAndNoOther) {
  const int rounds = SLUICE_TEST_ROCKS ? 60 : 150;
  for (int round = 0; round < rounds && !HasFatalFailure(); ++round) {
    clock.now += pick(0, 2 * kMinute);
    for (const char* who : {"one", "two", "three"}) {
      if (chance(60)) write_some(who);
      if (chance(10)) contradict_some(who);
    }
    if (chance(25)) something_else();
    if (chance(30)) compare_all();
  }
  compare_all();
}

INSTANTIATE_TEST_SUITE_P(Seeds, TsdbModel, testing::Range(1u, SLUICE_TEST_ROCKS ? 4u : 13u));

}  // namespace
}  // namespace sluice::storage
