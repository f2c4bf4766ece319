// Many writers, readers, flushes and compactions at once: for ThreadSanitizer, and for the promise that a question sees
// everything acknowledged before it began. On the twin.

#include <atomic>
#include <thread>

#include "tests/storage/tsdb/tsdb_fixture.h"

namespace sluice::storage {
namespace {

TEST_F(TsdbTest, WritersReadersFlushesAndCompactionsGetAlong) {
  tsdb.reset();
  options.partition_ms = 20'000;
  options.keep_after_flush_ms = 10'000;
  open();
  constexpr int kRounds = 150;
  const std::vector<std::string> tenants{"a", "b", "c"};
  std::atomic<int> writing{3};
  std::vector<std::jthread> threads;
  for (const std::string& who : tenants) {
    threads.emplace_back([&, who] {
      for (int i = 0; i < kRounds; ++i) {
        const std::int64_t t = t0 + i * 1000;
        if (who == "a") clock.now = t;
        write(who, {{series("up"), {{t, static_cast<double>(i)}}}, {series("s" + std::to_string(i)), {{t, 1}}}});
        const auto seen = read(who, {*Matcher::make(Matcher::Op::equal, "__name__", "up")});
        EXPECT_EQ(seen.at(R"({__name__="up"})").size(), static_cast<std::size_t>(i + 1));
      }
      --writing;
    });
  }
  threads.emplace_back([&] {
    while (writing > 0) {
      EXPECT_TRUE(tsdb->flush().has_value());
      EXPECT_TRUE(tsdb->compact().has_value());
    }
  });
  threads.emplace_back([&] {
    while (writing > 0) {
      for (const std::string& who : tenants) {
        tsdb->tenant_stats(tenant(who));
        tsdb->source(tenant(who))->label_names({{}, kAllTime, 0, {}}).value();
      }
      tsdb->stats();
    }
  });
  threads.clear();
  for (const std::string& who : tenants) EXPECT_EQ(read(who).size(), static_cast<std::size_t>(kRounds + 1));
}

TEST_F(TsdbTest, WritersOfOneTenantShareCommits) {
  constexpr int kWriters = 8, kEach = 100;
  std::vector<std::jthread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) write("a", {{series("w" + std::to_string(w)), {{t0 + i, 1}}}});
    });
  }
  threads.clear();
  const auto found = read("a");
  ASSERT_EQ(found.size(), static_cast<std::size_t>(kWriters));
  for (const auto& [name, points] : found) EXPECT_EQ(points.size(), static_cast<std::size_t>(kEach));
  EXPECT_LE(tsdb->stats().commits, static_cast<std::uint64_t>(kWriters * kEach));
  crash();
  EXPECT_EQ(read("a"), found);
}

}  // namespace
}  // namespace sluice::storage
