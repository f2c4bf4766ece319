// The background thread, with an interval of zero: it flushes, merges and gives memory back without being asked.

#include <thread>

#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

template <class Done>
bool eventually(const Done& done) {
  for (int i = 0; i < 600 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return done();
}

TEST_F(TsdbTest, TheBackgroundFlushesMergesAndDropsByItself) {
  tsdb.reset();
  options.background = true;
  options.flush_interval_ms = 1;
  limits.retention_ms = 24 * 3600 * 1000;
  open();
  write("a", {{series("up"), {{t0, 1}}}});
  EXPECT_TRUE(
      eventually([&] { return clock.now += 10, tsdb->stats().flushes >= 1 && tsdb->stats().journal_bytes == 0; }));
  write("a", {{series("up"), {{t0 + 1, 2}}}});
  EXPECT_TRUE(eventually([&] { return clock.now += 10, tsdb->stats().blocks >= 2; }));
  clock.now += 5 * options.partition_ms;  // the partition closes
  EXPECT_TRUE(eventually([&] { return clock.now += 10, tsdb->stats().blocks == 1; }));
  EXPECT_EQ(read("a").begin()->second.size(), 2u);
  clock.now += limits.retention_ms;
  EXPECT_TRUE(eventually([&] { return clock.now += 10, tsdb->stats().blocks == 0; }));
  EXPECT_TRUE(read("a").empty());
}

TEST_F(TsdbTest, ClosingDoesNotWaitForTheNextRound) {
  tsdb.reset();
  options.background = true;
  open();
  write("a", {{series("up"), {{t0, 1}}}});
  const auto started = std::chrono::steady_clock::now();
  ASSERT_TRUE(tsdb->close().has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
  EXPECT_EQ(tsdb->stats().tenants, 0u) << "a closed store has nothing to say";
}

}  // namespace
}  // namespace sluice::storage
