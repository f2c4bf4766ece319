#include "server/query/evaluate.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <variant>

#include "server/query/json/result_writer.h"
#include "server/query/parameters.h"
#include "server/query/statistics.h"
#include "server/query/time_text.h"

namespace sluice::server::query {
namespace {

using promql::QueryRequest;
using promql::QueryResult;

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kStepsMax = 11'000;  // intervals between points: 11,001 points are allowed

// The parameters both endpoints share, besides their times.
struct Question {
  QueryRequest request;
  std::size_t limit = kNoLimit;
};

Parameter<std::int64_t> read_step_ms(const Form& form, const Moment& start, const Moment& end) {
  const auto step_ns = parse_duration_ns(form.get("step"));
  if (!step_ns) return invalid_parameter("step", step_ns.error().detail());
  if (*step_ns <= 0)
    return invalid_parameter("step",
                             "zero or negative query resolution step widths are not accepted. Try a positive integer");
  if (end.nanoseconds_since(start) / *step_ns > kStepsMax)
    return bad_data(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
  return std::max<std::int64_t>(*step_ns / kNsPerMs, 1);
}

// timeout and lookback_delta, in this order, after the times.
Parameter<void> read_options(const Call& call, QueryRequest& request) {
  const auto timeout_ms = read_timeout_ms(call.form, call.pass.limits().query.query_timeout_ms_max);
  if (!timeout_ms) return tl::unexpected(timeout_ms.error());
  const auto lookback_ms = read_lookback_ms(call.form);
  if (!lookback_ms) return tl::unexpected(lookback_ms.error());
  request.deadline = call.services.clock.steady_now() + std::chrono::milliseconds(*timeout_ms);
  request.lookback_ms = *lookback_ms;
  request.per_step_stats = call.form.get("stats") == "all";
  request.text = std::string(call.form.get("query"));
  request.stop = call.request.stop;
  return {};
}

Parameter<Question> read_instant(const Call& call) {
  Question question;
  const auto limit = read_limit(call.form);
  if (!limit) return tl::unexpected(limit.error());
  const auto time = read_time(call.form, "time", Moment::unix_ms(call.services.clock.now_ms()));
  if (!time) return tl::unexpected(time.error());
  question.limit = *limit;
  question.request.start_ms = question.request.end_ms = time->evaluation_ms();
  if (auto read = read_options(call, question.request); !read) return tl::unexpected(read.error());
  return question;
}

Parameter<Question> read_range(const Call& call) {
  Question question;
  const auto limit = read_limit(call.form);
  if (!limit) return tl::unexpected(limit.error());
  const auto start = read_required_time(call.form, "start");
  if (!start) return tl::unexpected(start.error());
  const auto end = read_required_time(call.form, "end");
  if (!end) return tl::unexpected(end.error());
  if (*end < *start) return invalid_parameter("end", "end timestamp must not be before start time");
  const auto step_ms = read_step_ms(call.form, *start, *end);
  if (!step_ms) return tl::unexpected(step_ms.error());
  question.limit = *limit;
  question.request.start_ms = start->evaluation_ms();
  question.request.end_ms = end->evaluation_ms();
  question.request.step_ms = *step_ms;
  question.request.instant = false;
  if (auto read = read_options(call, question.request); !read) return tl::unexpected(read.error());
  return question;
}

// Cuts vectors and matrices to `limit` series. True: something was cut.
bool truncate(QueryResult& result, std::size_t limit) {
  const auto cut = [&](std::vector<promql::ResultSeries>& series) {
    if (series.size() <= limit) return false;
    series.resize(limit);
    return true;
  };
  if (auto* vector = std::get_if<promql::VectorResult>(&result.value)) return cut(vector->series);
  if (auto* matrix = std::get_if<promql::MatrixResult>(&result.value)) return cut(matrix->series);
  return false;
}

// What the engine refuses before it evaluates is the query's fault; the rest went wrong while working.
tl::unexpected<ApiError> refuse(const Error& error) {
  if (error.code() == Errc::invalid_argument) return invalid_parameter("query", error.detail());
  return tl::unexpected(api_error(error));
}

Response write_result(const Call& call, const Question& question, QueryResult result, double seconds) {
  Notices notices{std::move(result.warnings), std::move(result.infos)};
  const std::string_view statistics = call.form.get("stats");
  warn_about_statistics(statistics, notices);
  if (truncate(result, question.limit)) notices.warnings.emplace_back(kTruncated);
  std::string tail = statistics_json(statistics, result.stats, seconds, question.request) + "}";
  tail += success_tail(notices);
  return json::answer_of(
      std::make_shared<json::ResultWriter>(std::string(kSuccessHead), std::move(result), std::move(tail)));
}

// Statistics speak of a whole evaluation; and a client may ask for one.
bool may_use_kept_steps(const Call& call, const QueryRequest& request) {
  return !request.instant && call.form.get("stats").empty() &&
         call.request.head.headers.get("Cache-Control").find("no-store") == std::string_view::npos;
}

// It may have waited for a thread until nobody wanted the answer any more.
Result<QueryResult> execute(const Call& call, const QueryRequest& request) {
  if (request.stop.stop_requested()) return fail(Errc::cancelled, "query was canceled in query execution");
  if (call.services.clock.steady_now() >= request.deadline)
    return fail(Errc::timed_out, "query timed out in query execution");
  auto source = call.services.tsdb.source(call.tenant());
  if (!may_use_kept_steps(call, request)) return call.services.engine.execute(std::move(source), request);
  const auto keeper = call.services.row_cache.keeper(call.tenant().text(), source);
  QueryRequest with_keeper = request;
  with_keeper.keeper = keeper.get();
  return call.services.engine.execute(std::move(source), with_keeper);
}

Answer evaluate(const Call& call, std::string_view endpoint, const Question& question) {
  const auto begin = call.services.clock.steady_now();
  const auto report = [&](int status, double seconds, std::uint64_t samples) {
    call.services.on_query({call.tenant(), endpoint, question.request.text, status, seconds, samples});
  };
  auto result = execute(call, question.request);
  const double seconds = std::chrono::duration<double>(call.services.clock.steady_now() - begin).count();
  if (!result) {
    const auto refused = refuse(result.error());
    report(status_of(refused.value().type), seconds, 0);
    return refused;
  }
  report(200, seconds, result->stats.samples_read);
  return write_result(call, question, std::move(*result), seconds);
}

}  // namespace

Answer answer_query(const Call& call) {
  const auto question = read_instant(call);
  if (!question) return tl::unexpected(question.error());
  return evaluate(call, "query", *question);
}

Answer answer_query_range(const Call& call) {
  const auto question = read_range(call);
  if (!question) return tl::unexpected(question.error());
  return evaluate(call, "query_range", *question);
}

}  // namespace sluice::server::query
