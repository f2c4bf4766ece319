// A query that gets no memory ends as an error, on whatever thread it happened; the next one is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/promql/engine/world.h"

namespace sluice::promql::test {
namespace {

// The world's data, read until the memory is gone.
class ScarceSource final : public SeriesSource {
 public:
  explicit ScarceSource(std::shared_ptr<const SeriesSource> data) : data_(std::move(data)) {}

  const SymbolSource& symbols() const override { return data_->symbols(); }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                            std::stop_token stop) const override {
    auto set = data_->select(matchers, range, stop);
    if (!set) return set;
    return std::make_unique<Set>(*this, std::move(*set));
  }
  Result<std::vector<std::string>> label_names(const LabelQuery& query) const override {
    return data_->label_names(query);
  }
  Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const override {
    return data_->label_values(name, query);
  }

  mutable std::atomic<int> reads_left{0};
  bool too_long = false;  // as a container says it that would grow beyond every limit

 private:
  class Set final : public SeriesSet {
   public:
    Set(const ScarceSource& source, std::unique_ptr<SeriesSet> data) : source_(source), data_(std::move(data)) {}
    std::size_t size() const override { return data_->size(); }
    LabelsView labels(std::size_t i) const override { return data_->labels(i); }
    Result<void> read(std::size_t first, std::size_t count, SeriesBatch& batch) const override {
      if (source_.reads_left-- <= 0) {
        if (source_.too_long) throw std::length_error("vector::reserve");
        throw std::bad_alloc();
      }
      return data_->read(first, count, batch);
    }

   private:
    const ScarceSource& source_;
    const std::unique_ptr<SeriesSet> data_;
  };
  const std::shared_ptr<const SeriesSource> data_;
};

class OutOfMemory : public testing::TestWithParam<std::size_t> {
 protected:
  OutOfMemory() {
    auto data = std::make_shared<sluice::test::MemorySource>();
    for (int i = 0; i < kSeries; ++i)
      data->add(Labels::sorted({{"__name__", "m"}, {"n", std::to_string(i)}}), 60'000, 1);
    source = std::make_shared<ScarceSource>(data);
    options.batch_series = 2;
    options.threads = GetParam();
  }
  Result<QueryResult> ask(int reads) {
    source->reads_left = reads;
    QueryRequest request;
    request.text = "sum(m)";
    request.start_ms = request.end_ms = 60'000;
    return Engine(options).execute(source, request);
  }

  static constexpr int kSeries = 200;
  std::shared_ptr<ScarceSource> source;
  EngineOptions options;
};

TEST_P(OutOfMemory, IsAnErrorOfTheQueryAndTheNextOneIsAnswered) {
  for (const int reads : {0, 1, 7, 50}) {
    for (const bool too_long : {false, true}) {
      source->too_long = too_long;
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
