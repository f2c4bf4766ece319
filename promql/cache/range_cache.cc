#include "promql/cache/range_cache.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "promql/value/label_set.h"

namespace sluice::promql {
namespace {

constexpr std::int64_t kFarPast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kFarFuture = std::numeric_limits<std::int64_t>::max();

// Clamps at the ends of time.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? kFarFuture : kFarPast;
}

StepSpan steps_of(const QueryRequest& request) {
  const std::int64_t intervals = (request.end_ms - request.start_ms) / request.step_ms;
  return {request.start_ms, request.start_ms + intervals * request.step_ms};
}

StepSpan overlap(StepSpan a, StepSpan b) { return {std::max(a.first_ms, b.first_ms), std::min(a.last_ms, b.last_ms)}; }

// The steps of `span` inside [from, until], which need not lie on the grid.
StepSpan within(StepSpan span, std::int64_t step_ms, std::int64_t from_ms, std::int64_t until_ms) {
  if (from_ms > span.last_ms || until_ms < span.first_ms) return {};
  if (from_ms > span.first_ms) span.first_ms += (from_ms - span.first_ms + step_ms - 1) / step_ms * step_ms;
  if (until_ms < span.last_ms) span.last_ms -= (span.last_ms - until_ms + step_ms - 1) / step_ms * step_ms;
  return span;
}

// Two ranges with one question, step and phase share their steps.
std::string question_of(const QueryRequest& request) {
  const std::int64_t phase_ms = (request.start_ms % request.step_ms + request.step_ms) % request.step_ms;
  return std::to_string(request.step_ms) + ' ' + std::to_string(phase_ms) + ' ' + std::to_string(request.lookback_ms) +
         ' ' + request.text;
}

QueryResult result_of(std::shared_ptr<const KeptAnswer> answer, StepSpan span) {
  QueryResult result;
  result.value = KeptAnswer::slice(*answer, span);
  result.symbols = answer;
  result.keep_alive = std::move(answer);
  return result;
}

AnswerPart part_of(const QueryResult& result, StepSpan span) {
  return {&std::get<MatrixResult>(result.value).series, result.symbols.get(), span};
}

std::uint64_t points_in(const QueryResult& result) {
  std::uint64_t points = 0;
  for (const ResultSeries& series : std::get<MatrixResult>(result.value).series)
    points += series.floats.size() + series.histograms.size();
  return points;
}

bool is_annotated(const QueryResult& result) { return !result.warnings.empty() || !result.infos.empty(); }

void add_notes(std::vector<std::string>& to, const std::vector<std::string>& more) {
  for (const std::string& note : more)
    if (std::find(to.begin(), to.end(), note) == to.end()) to.push_back(note);
}

void add_to(QueryResult& whole, const QueryResult& part) {
  add_notes(whole.warnings, part.warnings);
  add_notes(whole.infos, part.infos);
  whole.stats.total_queryable_samples += part.stats.total_queryable_samples;
  whole.stats.samples_read += part.stats.samples_read;
  whole.stats.peak_samples = std::max(whole.stats.peak_samples, part.stats.peak_samples);
  whole.stats.eval_seconds += part.stats.eval_seconds;
}

}  // namespace

// One query on its way through the cache.
class RangeCache::Passage {
 public:
  Passage(RangeCache& cache, const std::string& tenant, std::shared_ptr<const SeriesSource> source,
          const QueryRequest& request, Reach reach)
      : cache_(cache),
        tenant_(tenant),
        source_(std::move(source)),
        request_(request),
        reach_(reach),
        position_(source_->changes()->position()),
        asked_(steps_of(request)),
        question_(question_of(request)),
        stored_(cache.store_.find(tenant, question_)),
        right_(still_right()) {}

  Result<QueryResult> run() {
    const StepSpan kept = overlap(right_, asked_);
    if (kept.empty()) return evaluate_all();
    if (kept.first_ms == asked_.first_ms && kept.last_ms == asked_.last_ms) {
      ++cache_.hits_;
      return result_of(stored_.answer, asked_);
    }
    ++cache_.partial_;
    return complete(kept);
  }

 private:
  // The kept steps that a whole evaluation would answer alike now.
  StepSpan still_right() const {
    if (!stored_.answer) return {};
    const std::int64_t changed_ms = source_->changes()->changed_from_ms(stored_.position);
    return within(stored_.answer->span(), request_.step_ms, untouched_by_retention_ms(),
                  changed_ms == kFarFuture ? kFarFuture : plus(changed_ms, -reach_.ahead_ms - 1));
  }
  // From this step on nothing that a step looks at has been hidden.
  std::int64_t untouched_by_retention_ms() const { return plus(source_->earliest_ms(), reach_.behind_ms); }

  Result<QueryResult> evaluate(StepSpan span) const {
    QueryRequest request = request_;
    request.start_ms = span.first_ms;
    request.end_ms = span.last_ms;
    return cache_.engine_.execute(source_, request);
  }

  Result<QueryResult> evaluate_all() {
    ++cache_.misses_;
    auto result = cache_.engine_.execute(source_, request_);
    if (!result || is_annotated(*result)) return result;
    if (points_in(*result) * sizeof(FloatPoint) > cache_.store_.answer_bytes_max()) return result;  // not worth a copy
    const AnswerPart part = part_of(*result, asked_);
    keep(KeptAnswer::join({&part, 1}));
    return result;
  }

  // What is missing before and after the kept steps is evaluated and joined with them.
  Result<QueryResult> complete(StepSpan kept) {
    std::vector<AnswerPart> parts;
    QueryResult before, after, notes;
    if (asked_.first_ms < kept.first_ms) {
      const StepSpan gap{asked_.first_ms, kept.first_ms - request_.step_ms};
      if (auto done = fill(gap, before, notes); !done) return tl::unexpected(done.error());
      parts.push_back(part_of(before, gap));
    }
    parts.push_back(stored_.answer->part(worth_keeping()));
    if (asked_.last_ms > kept.last_ms) {
      const StepSpan gap{kept.last_ms + request_.step_ms, asked_.last_ms};
      if (auto done = fill(gap, after, notes); !done) return tl::unexpected(done.error());
      parts.push_back(part_of(after, gap));
    }
    const auto joined = KeptAnswer::join(parts);
    if (!is_annotated(notes)) keep(joined);
    QueryResult result = result_of(joined, asked_);
    add_to(result, notes);
    return result;
  }

  Result<void> fill(StepSpan gap, QueryResult& into, QueryResult& notes) const {
    auto result = evaluate(gap);
    if (!result) return tl::unexpected(result.error());
    into = std::move(*result);
    add_to(notes, into);
    return {};
  }

  // Steps before what is asked leave after one more length of it: a dashboard that moves on does not come back.
  StepSpan worth_keeping() const {
    const std::int64_t length_ms = asked_.last_ms - asked_.first_ms;
    return within(right_, request_.step_ms, asked_.first_ms - length_ms, kFarFuture);
  }

  void keep(const std::shared_ptr<const KeptAnswer>& answer) {
    // The oldest steps may miss samples already, and should not go on missing them when retention is raised.
    const StepSpan whole = within(answer->span(), request_.step_ms, untouched_by_retention_ms(), kFarFuture);
    if (whole.empty()) return;
    if (whole.first_ms == answer->span().first_ms) return cache_.store_.put(tenant_, question_, {answer, position_});
    const AnswerPart part = answer->part(whole);
    cache_.store_.put(tenant_, question_, {KeptAnswer::join({&part, 1}), position_});
  }

  RangeCache& cache_;
  const std::string& tenant_;
  const std::shared_ptr<const SeriesSource> source_;
  const QueryRequest& request_;
  const Reach reach_;
  const std::uint64_t position_;  // read before the data
  const StepSpan asked_;
  const std::string question_;
  const StoredAnswer stored_;
  const StepSpan right_;
};

std::optional<Reach> RangeCache::keepable(const SeriesSource& source, const QueryRequest& request) const {
  if (bytes_max_ == 0 || request.instant || request.step_ms <= 0 || request.per_step_stats) return std::nullopt;
  if (request.end_ms < request.start_ms || source.changes() == nullptr) return std::nullopt;
  if (source.symbols().find(kTypeLabel) || source.symbols().find(kUnitLabel)) return std::nullopt;  // see reach.cc
  const auto expr = parse(request.text, engine_.options().parser);
  if (!expr) return std::nullopt;
  return reach_of(**expr, request.lookback_ms > 0 ? request.lookback_ms : engine_.options().lookback_ms);
}

Result<QueryResult> RangeCache::execute(const std::string& tenant, std::shared_ptr<const SeriesSource> source,
                                        const QueryRequest& request) {
  if (const auto reach = keepable(*source, request))
    return Passage(*this, tenant, std::move(source), request, *reach).run();
  ++misses_;
  return engine_.execute(std::move(source), request);
}

RangeCacheStats RangeCache::stats() const { return {hits_, partial_, misses_, store_.bytes()}; }

}  // namespace sluice::promql
