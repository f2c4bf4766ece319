// bench/storage/head/head_bench.cc
//
// A mesh in one head: nanoseconds per judged and published sample, bytes per series after each hour, cost of a flush
// and an eviction, and of reading an hour of everything; then of samples that come several at a time, as from a sender
// that catches up, and of native histograms. Checks what it reads.
//   head_bench [series_count] [hours]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "proto/base/check.h"
#include "storage/head/head.h"

namespace {

using namespace sluice;
using namespace sluice::storage;

constexpr std::int64_t kStart = 1'700'000'000'000, kStep = 15'000;
constexpr std::uint32_t kPerTarget = 400;
constexpr std::size_t kRequest = 2000;  // samples in a push

// CPU time of this thread: the machine may be busy with other things.
double now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// 43 % of a mesh's series never move in two hours; most others are counters, cumulative buckets among them; few are
// sums.
class Mesh {
 public:
  explicit Mesh(std::uint32_t count) : levels(count), rates_(count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      levels[i] = static_cast<double>(random_() % 100'000);
      rates_[i] =
          random_() % 100 < 43 ? 0 : static_cast<std::uint32_t>(1 + random_() % (random_() % 4 == 0 ? 200 : 12));
    }
  }
  void scrape() {
    for (std::size_t i = 0; i < levels.size(); ++i) {
      if (rates_[i] == 0) continue;
      const std::uint64_t raw = random_();
      levels[i] += static_cast<double>(raw % rates_[i]);
      if (i % 22 == 20) levels[i] += static_cast<double>((raw >> 32) % 1000) / 10;  // a sum of milliseconds
    }
  }
  std::vector<double> levels;

 private:
  std::mt19937_64 random_{1};
  std::vector<std::uint32_t> rates_;
};

double write_scrape(Head& head, const Mesh& mesh, std::int64_t t, const StorageLimits& limits) {
  static std::vector<FloatSample> samples;
  double seconds = 0;
  const auto count = static_cast<std::uint32_t>(mesh.levels.size());
  for (std::uint32_t ref = 0; ref < count;) {
    samples.clear();
    const double start = now();
    for (; samples.size() < kRequest && ref < count; ++ref) {
      head.prefetch(SeriesRef(std::min(ref + 8, count - 1)));
      const std::int64_t at = t + ref / kPerTarget % 1000;
      if (accepted(head.judge(SeriesRef(ref), at, mesh.levels[ref], limits)))
        samples.push_back({SeriesRef(ref), at, mesh.levels[ref]});
    }
    head.publish({.floats = samples, .histograms = {}, .starts = {}});
    seconds += now() - start;
  }
  return seconds;
}

double flush(Head& head) {
  static Unflushed out;
  FlushTicket ticket;
  const double start = now();
  for (std::uint32_t ref = 0; ref < head.series_count(); ref += 4096) {
    out.clear();
    head.collect_unflushed(SeriesRef(ref), SeriesRef(ref + 4096), out, ticket);
  }
  head.mark_flushed(ticket);
  return now() - start;
}

void read_hour(const Head& head, std::int64_t end_ms) {
  SeriesBatch batch;
  std::vector<SeriesRef> refs;
  double sum = 0, start = now();
  std::uint64_t samples = 0;
  for (std::uint32_t ref = 0; ref < head.series_count();) {
    refs.clear();
    for (; refs.size() < 256 && ref < head.series_count(); ++ref) refs.push_back(SeriesRef(ref));
    head.read(refs, {end_ms - 3'600'000, end_ms}, batch);
    samples += batch.sample_count();
    for (const SeriesSamples& series : batch.series)
      if (!series.timestamps_ms.empty()) sum += series.values[series.timestamps_ms.size() - 1];
  }
  const double seconds = now() - start;
  std::printf("read an hour of all: %.0f ms, %.2f ns a sample (checksum %.0f)\n", seconds * 1e3,
              seconds / static_cast<double>(samples) * 1e9, sum);
}

// Which series there are; all of them reach into the range.
void list(const Head& head, const char* what, TimeRangeMs range) {
  std::vector<SeriesRef> refs, reaching;
  for (std::uint32_t ref = 0; ref < head.series_count(); ++ref) refs.push_back(SeriesRef(ref));
  reaching.reserve(refs.size());
  const double start = now();
  head.add_reaching(range, refs, reaching);
  const double seconds = now() - start;
  CHECK(reaching.size() == refs.size());
  std::printf("list the series of %s: %.1f ns a series\n", what, seconds / static_cast<double>(refs.size()) * 1e9);
}

// Each request holds kSamples of each of its series.
void catch_up(std::uint32_t count) {
  constexpr std::uint32_t kSamples = 5;
  Head head;
  for (std::uint32_t ref = 0; ref < count; ++ref) head.ensure(SeriesRef(ref), ref / kPerTarget);
  std::vector<FloatSample> samples;
  double seconds = 0;
  for (std::int64_t first = kStart; first < kStart + 40 * kStep; first += kSamples * kStep) {
    for (std::uint32_t ref = 0; ref < count;) {
      samples.clear();
      const double start = now();
      for (; samples.size() < kRequest && ref < count; ++ref) {
        for (std::uint32_t k = 0; k < kSamples; ++k) {
          const FloatSample sample{SeriesRef(ref), first + k * kStep, static_cast<double>(ref + k)};
          if (accepted(head.judge(sample.ref, sample.timestamp_ms, sample.value, {}))) samples.push_back(sample);
        }
      }
      head.publish({.floats = samples, .histograms = {}, .starts = {}});
      seconds += now() - start;
    }
  }
  CHECK(head.samples_published() == count * 40ULL);
  std::printf("%u samples of a series at a time: %.1f ns a sample judged and published\n", kSamples,
              seconds / (count * 40.0) * 1e9);
}

void write_histograms(std::uint32_t count) {
  constexpr std::size_t kBuckets = 24;
  Head head;
  for (std::uint32_t ref = 0; ref < count; ++ref) head.ensure(SeriesRef(ref), ref / kPerTarget);
  std::mt19937_64 random{1};
  Histogram incoming;
  incoming.integer = true;
  incoming.schema = 3;
  incoming.positive_spans = {{-4, kBuckets / 2}, {3, kBuckets / 2}};
  incoming.positive_buckets.resize(kBuckets);
  std::vector<HistogramSample> samples;
  double seconds = 0;
  for (std::int64_t t = kStart; t < kStart + 40 * kStep; t += kStep) {
    for (double& bucket : incoming.positive_buckets) incoming.count += bucket += static_cast<double>(random() % 9);
    samples.clear();
    const double start = now();
    for (std::uint32_t ref = 0; ref < count; ++ref) {
      const auto histogram = std::make_shared<Histogram>(incoming);
      if (accepted(head.judge(SeriesRef(ref), t, histogram, {}))) samples.push_back({SeriesRef(ref), t, histogram});
    }
    head.publish({.floats = {}, .histograms = samples, .starts = {}});
    seconds += now() - start;
  }
  CHECK(head.samples_published() == count * 40ULL);
  std::printf("native histograms of %zu buckets: %.0f ns judged and published\n", kBuckets,
              seconds / (count * 40.0) * 1e9);
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 100'000);
  const int hours = argc > 2 ? std::atoi(argv[2]) : 2;
  Head head;
  Mesh mesh(count);
  const StorageLimits limits;
  double start = now();
  for (std::uint32_t ref = 0; ref < count; ++ref) head.ensure(SeriesRef(ref), ref / kPerTarget);
  std::printf("ensure: %.0f ns a series\n", (now() - start) / count * 1e9);
  double seconds = 0;
  std::int64_t t = kStart;
  for (int scrape = 1; scrape <= hours * 240; ++scrape, t += kStep) {
    mesh.scrape();
    seconds += write_scrape(head, mesh, t, limits);
    if (scrape % 20 == 0) {
      const double flushed = flush(head);
      if (scrape % 240 == 0) {
        start = now();
        head.evict(t - 2 * 3'600'000);
        std::printf(
            "after %d h: %.1f ns a sample judged and published; %.0f bytes a series; flush %.0f ms, evict %.0f ms\n",
            scrape / 240, seconds / (240.0 * count) * 1e9, static_cast<double>(head.memory_bytes()) / count,
            flushed * 1e3, (now() - start) * 1e3);
        seconds = 0;
      }
    }
  }
  read_hour(head, t - kStep + 1000);
  list(head, "the last 15 minutes", {t - 900'000, t});
  list(head, "15 minutes an hour ago", {t - 3'600'000, t - 2'700'000});
  catch_up(count);
  write_histograms(std::min(count, 2000u));
}
