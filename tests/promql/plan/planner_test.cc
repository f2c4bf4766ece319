#include "promql/plan/plan.h"

#include <gtest/gtest.h>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

struct Planned {
  ExprPtr expr;
  Result<PlanPtr> plan;
};

Planned plan_of(const std::string& text) {
  PlanOptions options;
  options.grid = {60'000, 15'000, 5};
  options.query_end_ms = 125'000;  // the last step comes before it
  options.query_step_ms = 15'000;
  auto expr = parse(text);
  EXPECT_TRUE(expr) << text;
  auto plan = make_plan(**expr, options);
  return {std::move(*expr), std::move(plan)};
}

TEST(Planner, StandsOnceAsHighAsPossible) {
  const Planned whole = plan_of("sum(rate(x[5m] @ 100)) * 2");
  EXPECT_EQ((*whole.plan)->kind, PlanKind::once);
  const Planned half = plan_of("sum(rate(x[5m] @ 100)) * y");
  ASSERT_EQ((*half.plan)->kind, PlanKind::binary);
  EXPECT_EQ((*half.plan)->children[0]->kind, PlanKind::once);
  EXPECT_EQ((*half.plan)->children[1]->kind, PlanKind::selector);
}

TEST(Planner, KnowsFunctionsThatChangeWithTheStep) {
  EXPECT_EQ((*plan_of("minute(x @ 100)").plan)->kind, PlanKind::call);
  EXPECT_EQ((*plan_of("abs(x @ 100)").plan)->kind, PlanKind::once);
  EXPECT_EQ((*plan_of("timestamp(x @ 100)").plan)->kind, PlanKind::once);
  EXPECT_EQ((*plan_of("timestamp(abs(x @ 100))").plan)->kind, PlanKind::call);
  EXPECT_EQ((*plan_of("vector(step())").plan)->kind, PlanKind::once) << "of the query, not of the step";
  EXPECT_EQ((*plan_of("info(x @ 100 or y @ 100)").plan)->kind, PlanKind::once);
  EXPECT_EQ((*plan_of("info(x @ 100 or y @ 101)").plan)->kind, PlanKind::call);
}

TEST(Planner, TurnsDurationsIntoNumbers) {
  const Planned planned = plan_of("rate(x[step() * 4] offset (range() / 2))");
  const LookTimes& times = (*planned.plan)->children[0]->times;
  EXPECT_EQ(times.range_ms, 60'000);
  EXPECT_EQ(times.offset_ms, 32'500);
}

TEST(Planner, ResolvesStartAndEnd) {
  EXPECT_EQ(unwrapped(**plan_of("x @ start()").plan).times.at_ms, 60'000);
  EXPECT_EQ(unwrapped(**plan_of("x @ end()").plan).times.at_ms, 125'000);
}

TEST(Planner, SaysWhereADurationIsImpossible) {
  const Planned planned = plan_of("rate(x[step() - 15])");
  ASSERT_FALSE(planned.plan);
  EXPECT_EQ(planned.plan.error().detail(), "7:18: duration must be greater than 0");
}

TEST(Planner, MarksSelectorsOfWhichOnlyCountsAreUsed) {
  const auto leaf = [](const Plan& root) {
    const Plan* at = &root;
    while (!at->children.empty()) at = at->children[0].get();
    return at->counts_only;
  };
  EXPECT_TRUE(leaf(**plan_of("histogram_count(sum(rate(x[5m])))").plan));
  EXPECT_FALSE(leaf(**plan_of("histogram_count(rate(x[5m:1m]))").plan));
  EXPECT_FALSE(leaf(**plan_of("sum(x)").plan));
}

}  // namespace
}  // namespace sluice::promql
