// tests/storage/head/head_threads_test.cc
//
// Goal: readers and a flusher run beside the writer. Method: value and time of every sample are a function of its
// number, so a reader can tell that what it sees is whole: consecutive numbers up to at least what was published before
// it asked. The thread sanitizer watches the rest.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "storage/head/head.h"

namespace sluice::storage {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000, kStep = 15'000;
constexpr std::uint32_t kSeries = 100;
constexpr int kScrapes = 1500;

double value_of(std::uint32_t ref, std::int64_t n) {
  return ref % 3 == 0 ? 7 : static_cast<double>(n * (ref + 1)) / (ref % 2 + 1);
}

class Crowd {
 public:
  void write() {
    std::vector<FloatSample> floats(kSeries);
    for (int n = 0; n < kScrapes; ++n) {
      for (std::uint32_t ref = 0; ref < kSeries; ++ref) {
        head.ensure(SeriesRef(ref), ref / 20);
        floats[ref] = {SeriesRef(ref), kStart + n * kStep, value_of(ref, n)};
        ASSERT_EQ(head.judge(SeriesRef(ref), floats[ref].timestamp_ms, floats[ref].value, limits), Verdict::in_order);
      }
      head.publish({.floats = floats, .histograms = {}, .starts = {}});
      published = n;
    }
    done = true;
  }
  void flush_and_evict() {
    while (!done) {
      Unflushed out;
      FlushTicket ticket;
      head.collect_unflushed(SeriesRef(0), SeriesRef(kSeries), out, ticket);
      head.mark_flushed(ticket);
      head.evict(kStart + (published - 200) * kStep);
    }
  }
  void read() {
    std::vector<SeriesRef> refs;
    for (std::uint32_t ref = 0; ref < kSeries; ++ref) refs.push_back(SeriesRef(ref));
    SeriesBatch batch;
    while (!done) {
      const int seen = published;
      if (seen < 0) continue;
      head.read(refs, {kStart + (seen - 100) * kStep, kStart * 2}, batch);
      // While this thread slept the writer may have run far ahead and the flusher evicted behind it: asked after
      // read().
      const std::int64_t complete_from = std::max(head.complete_from_ms(), kStart);
      const std::int64_t oldest = std::max<std::int64_t>(seen - 100, (complete_from - kStart) / kStep);
      for (std::uint32_t ref = 0; ref < kSeries; ++ref) check(ref, seen, oldest, batch.series[ref]);
    }
  }
  void check(std::uint32_t ref, int seen, std::int64_t oldest, const SeriesSamples& samples) {
    if (samples.timestamps_ms.empty()) {  // a batch ends where its first slice ended, and all of that is on disk by now
      ASSERT_GT(oldest, seen);
      return;
    }
    std::int64_t n = (samples.timestamps_ms[0] - kStart) / kStep;
    ASSERT_LE(n, std::max<std::int64_t>(0, oldest));
    for (std::size_t i = 0; i < samples.timestamps_ms.size(); ++i, ++n) {
      ASSERT_EQ(samples.timestamps_ms[i], kStart + n * kStep);
      ASSERT_EQ(samples.values[i], value_of(ref, n));
    }
    ASSERT_GT(n, seen);
  }
  Head head;
  StorageLimits limits;
  std::atomic<int> published{-1};
  std::atomic<bool> done{false};
};

TEST(HeadThreads, ReadersAndFlusherRunBesideTheWriter) {
  Crowd crowd;
  std::thread flusher([&] { crowd.flush_and_evict(); });
  std::thread reader([&] { crowd.read(); });
  std::thread other_reader([&] { crowd.read(); });
  crowd.write();
  crowd.done = true;
  flusher.join();
  reader.join();
  other_reader.join();
  EXPECT_EQ(crowd.head.samples_published(), std::uint64_t{kSeries} * kScrapes);
}

}  // namespace
}  // namespace sluice::storage
