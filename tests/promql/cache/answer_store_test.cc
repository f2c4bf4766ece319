// One budget for all tenants, and nobody can drive out more than what is his.
#include "promql/cache/answer_store.h"

#include <gtest/gtest.h>

namespace sluice::promql {
namespace {

std::shared_ptr<const KeptAnswer> answer_of(std::size_t points) {
  class NoSymbols final : public SymbolSource {
    std::string_view text(SymbolId) const override { return {}; }
    std::optional<SymbolId> find(std::string_view) const override { return std::nullopt; }
  } symbols;
  ResultSeries series;
  for (std::size_t i = 0; i < points; ++i) series.floats.push_back({static_cast<std::int64_t>(i), 1});
  const std::vector<ResultSeries> all = {series};
  const AnswerPart part{&all, &symbols, {0, static_cast<std::int64_t>(points)}};
  return KeptAnswer::join({&part, 1});
}

TEST(AnswerStore, FindsWhatWasPutLastAndOnlyForItsTenant) {
  AnswerStore store(1 << 20);
  const auto first = answer_of(10), second = answer_of(20);
  store.put("a", "q", {first, 1});
  store.put("a", "q", {second, 2});
  EXPECT_EQ(store.find("a", "q").answer, second);
  EXPECT_EQ(store.find("a", "q").position, 2u);
  EXPECT_EQ(store.find("b", "q").answer, nullptr);
  EXPECT_EQ(store.find("a", "other").answer, nullptr);
}

TEST(AnswerStore, StaysWithinItsBudgetAndForgetsTheLeastRecentlyUsed) {
  AnswerStore store(20'000);
  for (int i = 0; i < 50; ++i) {
    store.put("a", "q" + std::to_string(i), {answer_of(50), 1});
    EXPECT_LE(store.bytes(), 20'000u);
    store.find("a", "q0");  // in use all the time
  }
  EXPECT_NE(store.find("a", "q0").answer, nullptr);
  EXPECT_NE(store.find("a", "q49").answer, nullptr);
  EXPECT_EQ(store.find("a", "q1").answer, nullptr);
}

TEST(AnswerStore, ATenantThatAsksALotDrivesOutItsOwn) {
  AnswerStore store(20'000);
  store.put("quiet", "q", {answer_of(50), 1});
  for (int i = 0; i < 200; ++i) store.put("loud", "q" + std::to_string(i), {answer_of(50), 1});
  EXPECT_NE(store.find("quiet", "q").answer, nullptr);
}

TEST(AnswerStore, AnAnswerAsLargeAsTheBudgetIsNotKeptAndTakesNothingElseAway) {
  AnswerStore store(20'000);
  store.put("a", "small", {answer_of(50), 1});
  store.put("a", "large", {answer_of(1000), 1});
  EXPECT_EQ(store.find("a", "large").answer, nullptr);
  EXPECT_NE(store.find("a", "small").answer, nullptr);
}

}  // namespace
}  // namespace sluice::promql
