#include "promql/exec/context.h"

#include <algorithm>
#include <string>

#include "promql/exec/common_reading.h"

namespace sluice::promql {
namespace {

constexpr char kTooManySamples[] = "query processing would load too many samples into memory in query execution";

std::string limit_text(const char* what, std::uint64_t value, const char* setting) {
  return std::string(what) + ", more than the limit of " + std::to_string(value) + " (setting " + setting +
         "); narrow the selectors or the time range, or raise the limit";
}

}  // namespace

void ReadStats::merge(const ReadStats& other) {
  queryable_samples += other.queryable_samples;
  samples_read += other.samples_read;
  if (queryable_per_step.size() < other.queryable_per_step.size())
    queryable_per_step.resize(other.queryable_per_step.size());
  for (std::size_t i = 0; i < other.queryable_per_step.size(); ++i)
    queryable_per_step[i] += other.queryable_per_step[i];
}

QueryContext::QueryContext(std::shared_ptr<const SeriesSource> source, const ExecOptions& options, std::stop_token stop,
                           std::chrono::steady_clock::time_point deadline)
    : source_(std::move(source)),
      options_(options),
      stop_(std::move(stop)),
      deadline_(deadline),
      symbols_(source_),
      rules_(symbols_, options.name_removal),
      readings_(std::make_unique<CommonReadings>()) {}

QueryContext::~QueryContext() = default;

Result<void> QueryContext::poll() const {
  if (stop_.stop_requested()) return fail(Errc::cancelled, "query was canceled in expression evaluation");
  if (deadline_ != std::chrono::steady_clock::time_point::max() && std::chrono::steady_clock::now() >= deadline_)
    return fail(Errc::timed_out, "query timed out in expression evaluation");
  return {};
}

const SeriesSet* QueryContext::selected(std::span<const Matcher> matchers, TimeRangeMs range) const {
  for (const Selection& selection : selections_)
    if (selection.range == range &&
        std::equal(matchers.begin(), matchers.end(), selection.matchers.begin(), selection.matchers.end()))
      return selection.set.get();
  return nullptr;
}

Result<const SeriesSet*> QueryContext::select(std::span<const Matcher> matchers, TimeRangeMs range) {
  if (auto alive = poll(); !alive) return tl::unexpected(alive.error());
  if (const SeriesSet* known = selected(matchers, range)) return known;
  auto set = source_->select(matchers, range, stop_);
  if (!set) {
    if (stop_.stop_requested()) return fail(Errc::cancelled, "query was canceled in expression evaluation");
    return fail(set.error().code(), "expanding series: " + set.error().detail());
  }
  series_selected_ += (*set)->size();
  if (series_selected_ > options_.series_max)
    return fail(Errc::limit_exceeded,
                limit_text(("the query selects " + std::to_string(series_selected_) + " series").c_str(),
                           options_.series_max, "query.series_max"));
  selections_.push_back({{matchers.begin(), matchers.end()}, range, std::move(*set)});
  return selections_.back().set.get();
}

bool QueryContext::hold_if_roomy(std::uint64_t bytes) {
  if (bytes_held_ + symbols_.arena_bytes() + bytes > options_.memory_bytes_max / 2) return false;
  bytes_held_ += bytes;
  return true;
}

std::size_t QueryContext::batch_series(std::size_t steps) const {
  constexpr std::size_t kCellsPerBatch = 512 * 1024;  // 4 MiB of values
  return std::clamp<std::size_t>(kCellsPerBatch / std::max<std::size_t>(1, steps), 1, options_.batch_series);
}

Result<void> QueryContext::check_steps(const StepGrid& grid) const {
  constexpr std::uint64_t kBytesPerStep = 4 * sizeof(double);  // a value, a window, a time, and room to work
  if (grid.count > options_.samples_max) return fail(Errc::limit_exceeded, kTooManySamples);
  if (grid.count * kBytesPerStep > options_.memory_bytes_max)
    return fail(Errc::limit_exceeded, limit_text((std::to_string(grid.count) + " steps do not fit into memory").c_str(),
                                                 options_.memory_bytes_max, "query.memory_bytes_max"));
  return {};
}

Result<void> QueryContext::hold(std::uint64_t samples, std::uint64_t bytes) {
  samples_held_ += samples;
  bytes_held_ += bytes;
  peak_samples_ = std::max(peak_samples_, samples_held_);
  if (samples_held_ > options_.samples_max) return fail(Errc::limit_exceeded, kTooManySamples);
  const std::uint64_t bytes_now = bytes_held_ + symbols_.arena_bytes();
  if (bytes_now > options_.memory_bytes_max)
    return fail(Errc::limit_exceeded,
                limit_text(("the query needs " + std::to_string(bytes_now) + " bytes of memory").c_str(),
                           options_.memory_bytes_max, "query.memory_bytes_max"));
  return {};
}

}  // namespace sluice::promql
