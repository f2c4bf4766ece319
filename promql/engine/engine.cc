#include "promql/engine/engine.h"

#include "promql/engine/evaluation.h"
#include "promql/value/within_memory.h"

namespace sluice::promql {
namespace {

using Clock = std::chrono::steady_clock;

Result<StepGrid> grid_of(const QueryRequest& request) {
  if (request.instant) return StepGrid{request.start_ms, 0, 1};
  if (request.end_ms < request.start_ms)
    return fail(Errc::invalid_argument, "end timestamp must not be before start time");
  if (request.step_ms <= 0)
    return fail(Errc::invalid_argument,
                "zero or negative query resolution step widths are not accepted. Try a positive integer");
  const auto count = static_cast<std::size_t>((request.end_ms - request.start_ms) / request.step_ms) + 1;
  return StepGrid{request.start_ms, request.step_ms, count, (request.end_ms - request.start_ms) % request.step_ms};
}

Result<void> check_type(const Expr& expr, bool instant) {
  const ValueType type = type_of(expr);
  if (instant || type == ValueType::scalar || type == ValueType::vector) return {};
  return fail(Errc::invalid_argument, std::string("invalid expression type \"") + documented_name(type) +
                                          "\" for range query, must be Scalar or instant Vector");
}

}  // namespace

Engine::Engine(EngineOptions options) : options_(options) {}
Engine::~Engine() = default;

Result<QueryResult> Engine::execute(std::shared_ptr<const SeriesSource> source, const QueryRequest& request) const {
  return within_memory([&] { return answer(std::move(source), request); });
}

Result<QueryResult> Engine::answer(std::shared_ptr<const SeriesSource> source, const QueryRequest& request) const {
  const auto started = Clock::now();
  auto expr = parse(request.text, options_.parser);
  if (!expr) return tl::unexpected(expr.error());
  if (auto typed = check_type(**expr, request.instant); !typed) return tl::unexpected(typed.error());
  const auto grid = grid_of(request);
  if (!grid) return tl::unexpected(grid.error());
  const PlanOptions plan_options{*grid, request.instant ? request.start_ms : request.end_ms,
                                 request.instant ? 0 : request.step_ms, options_.default_subquery_step_ms};
  auto plan = make_plan(**expr, plan_options);
  if (!plan) return tl::unexpected(plan.error());
  auto result = evaluate(**plan, std::move(source), request, options_, *grid);
  if (result) result->stats.eval_seconds = std::chrono::duration<double>(Clock::now() - started).count();
  return result;
}

}  // namespace sluice::promql
