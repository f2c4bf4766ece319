// A query that gets no memory ends as an error, on whatever thread it happened; the next one is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/promql/engine/watched_source.h"
#include "tests/promql/engine/world.h"

namespace sluice::promql::test {
namespace {

class OutOfMemory : public testing::TestWithParam<std::size_t> {
 protected:
  OutOfMemory() {
    auto data = std::make_shared<sluice::test::MemorySource>();
    for (int i = 0; i < kSeries; ++i)
      data->add(Labels::sorted({{"__name__", "m"}, {"n", std::to_string(i)}}), 60'000, 1);
    source = std::make_shared<WatchedSource>(data, [this] { read_until_memory_is_gone(); });
    options.batch_series = 2;
    options.threads = GetParam();
  }
  Result<QueryResult> ask(int reads) {
    reads_left = reads;
    QueryRequest request;
    request.text = "sum(m)";
    request.start_ms = request.end_ms = 60'000;
    return Engine(options).execute(source, request);
  }

  void read_until_memory_is_gone() {
    if (reads_left-- > 0) return;
    if (as_length) throw std::length_error("vector::reserve");  // as a container says it that would grow too far
    throw std::bad_alloc();
  }

  static constexpr int kSeries = 200;
  std::atomic<int> reads_left{0};
  bool as_length = false;
  std::shared_ptr<WatchedSource> source;
  EngineOptions options;
};

TEST_P(OutOfMemory, IsAnErrorOfTheQueryAndTheNextOneIsAnswered) {
  for (const int reads : {0, 1, 7, 50}) {
    for (const bool too_long : {false, true}) {
      as_length = too_long;
      const auto result = ask(reads);
      ASSERT_FALSE(result.has_value());
      EXPECT_EQ(result.error().code(), Errc::limit_exceeded);
      EXPECT_THAT(result.error().detail(), testing::HasSubstr("more memory than the process can get"));
    }
  }
  EXPECT_EQ(World::text(ask(kSeries)), "{} 200@60\n");
}

INSTANTIATE_TEST_SUITE_P(Threads, OutOfMemory, testing::Values(1, 4));

}  // namespace
}  // namespace sluice::promql::test
