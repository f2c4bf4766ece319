// One budget for all tenants, and nobody can drive out more than what is his.
#include "promql/cache/row_store.h"

#include <gtest/gtest.h>

namespace sluice::promql {
namespace {

std::shared_ptr<const KeptRows> rows_of(std::size_t steps) {
  class NoSymbols final : public SymbolSource {
    std::string_view text(SymbolId) const override { return {}; }
    std::optional<SymbolId> find(std::string_view) const override { return std::nullopt; }
  } symbols;
  Batch rows;
  rows.reset(steps);
  rows.add_row({});
  return std::make_shared<const KeptRows>(std::move(rows), StepGrid{0, 1, steps}, symbols);
}

TEST(RowStore, FindsWhatWasPutLastAndOnlyForItsTenant) {
  RowStore store(1 << 20);
  const auto first = rows_of(10), second = rows_of(20);
  store.put("a", "q", {first, 1});
  store.put("a", "q", {second, 2});
  EXPECT_EQ(store.find("a", "q").rows, second);
  EXPECT_EQ(store.find("a", "q").position, 2u);
  EXPECT_EQ(store.find("b", "q").rows, nullptr);
  EXPECT_EQ(store.find("a", "other").rows, nullptr);
}

TEST(RowStore, StaysWithinItsBudgetAndForgetsTheLeastRecentlyUsed) {
  RowStore store(20'000);
  for (int i = 0; i < 50; ++i) {
    store.put("a", "q" + std::to_string(i), {rows_of(50), 1});
    EXPECT_LE(store.bytes(), 20'000u);
    store.find("a", "q0");  // in use all the time
  }
  EXPECT_NE(store.find("a", "q0").rows, nullptr);
  EXPECT_NE(store.find("a", "q49").rows, nullptr);
  EXPECT_EQ(store.find("a", "q1").rows, nullptr);
}

TEST(RowStore, ATenantThatAsksALotDrivesOutItsOwn) {
  RowStore store(20'000);
  store.put("quiet", "q", {rows_of(50), 1});
  for (int i = 0; i < 200; ++i) store.put("loud", "q" + std::to_string(i), {rows_of(50), 1});
  EXPECT_NE(store.find("quiet", "q").rows, nullptr);
}

TEST(RowStore, RowsAsLargeAsTheBudgetAreNotKeptAndTakesNothingElseAway) {
  RowStore store(20'000);
  store.put("a", "small", {rows_of(50), 1});
  store.put("a", "large", {rows_of(2000), 1});
  EXPECT_EQ(store.find("a", "large").rows, nullptr);
  EXPECT_NE(store.find("a", "small").rows, nullptr);
}

}  // namespace
}  // namespace sluice::promql
