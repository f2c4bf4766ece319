#include "storage/tsdb/head_draft.h"

#include <algorithm>

namespace sluice::storage {

namespace {

// Walks one series partition by partition.
class Splitter {
 public:
  Splitter(const Unflushed& unflushed, const Unflushed::Series& series, std::int64_t partition_ms)
      : partition_ms_(partition_ms),
        times_(std::span(unflushed.timestamps_ms).subspan(series.first_sample, series.sample_count)),
        values_(std::span(unflushed.values).subspan(series.first_sample, series.sample_count)),
        histograms_(std::span(unflushed.histograms).subspan(series.first_histogram, series.histogram_count)),
        starts_(std::span(unflushed.starts).subspan(series.first_start, series.start_count)) {}

  bool done() const { return times_.empty() && histograms_.empty(); }

  // The next partition's columns; `starts` holds theirs until the next call.
  std::int64_t next(SeriesColumns& columns, std::vector<StartChange>& starts) {
    const std::int64_t first_ms = std::min(times_.empty() ? INT64_MAX : times_.front(),
                                           histograms_.empty() ? INT64_MAX : histograms_.front().timestamp_ms);
    const std::int64_t partition = partition_of(first_ms, partition_ms_);
    const std::int64_t last_ms = partition + (partition_ms_ - 1);
    const auto time_count = std::upper_bound(times_.begin(), times_.end(), last_ms) - times_.begin();
    const auto later = [](std::int64_t t, const HistogramPoint& point) { return t < point.timestamp_ms; };
    const auto histogram_count =
        std::upper_bound(histograms_.begin(), histograms_.end(), last_ms, later) - histograms_.begin();
    columns.timestamps_ms = take(times_, time_count);
    columns.values = take(values_, time_count);
    columns.histograms = take(histograms_, histogram_count);
    starts = starts_between(first_ms, last_ms);
    columns.starts = starts;
    return partition;
  }

 private:
  template <class T>
  static std::span<T> take(std::span<T>& from, std::ptrdiff_t count) {
    const auto taken = from.first(static_cast<std::size_t>(count));
    from = from.subspan(static_cast<std::size_t>(count));
    return taken;
  }

  std::vector<StartChange> starts_between(std::int64_t first_ms, std::int64_t last_ms) const {
    std::vector<StartChange> found;
    if (starts_.empty()) return found;
    if (const std::int64_t start_ms = start_at(starts_, first_ms); start_ms != 0) found.push_back({first_ms, start_ms});
    for (const StartChange& change : starts_) {
      if (change.from_ms > first_ms && change.from_ms <= last_ms) found.push_back(change);
    }
    return found;
  }

  const std::int64_t partition_ms_;
  std::span<const std::int64_t> times_;
  std::span<const double> values_;
  std::span<const HistogramPoint> histograms_;
  std::span<const StartChange> starts_;
};

}  // namespace

std::int64_t partition_of(std::int64_t timestamp_ms, std::int64_t partition_ms) {
  const std::int64_t within = timestamp_ms % partition_ms;
  return timestamp_ms - (within < 0 ? within + partition_ms : within);
}

void HeadDraft::collect(FlushTicket& ticket) {
  Unflushed unflushed;
  const std::uint32_t end = tenant_.head.series_count();
  for (std::uint32_t first = 0; first < end; first += kSliceSeries) {
    unflushed.clear();
    tenant_.head.collect_unflushed(SeriesRef(first), SeriesRef(std::min(first + kSliceSeries, end)), unflushed, ticket);
    for (const Unflushed::Series& series : unflushed.series) add(unflushed, series);
  }
}

void HeadDraft::add(const Unflushed& unflushed, const Unflushed::Series& series) {
  const SymbolId metric = tenant_.metric_of(series.ref);
  Splitter splitter(unflushed, series, partition_ms_);
  std::vector<StartChange> starts;
  while (!splitter.done()) {
    SeriesColumns columns;
    const std::int64_t partition = splitter.next(columns, starts);
    parts_[partition].add(metric, series.ref, columns);
  }
}

void HeadDraft::Part::add(SymbolId metric, SeriesRef ref, const SeriesColumns& columns) {
  const std::uint32_t timeline = columns.timestamps_ms.empty() ? 0 : timelines_.id_of(columns.timestamps_ms);
  const std::size_t offset = bytes_.size();
  encode_entry(columns, timeline, bytes_);
  entries_.push_back({metric, ref, offset, bytes_.size() - offset});
  extent_.add(columns);
}

Result<void> HeadDraft::Part::write(TenantNumber tenant, BlockBuilder& builder) {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.metric != b.metric ? a.metric < b.metric : a.ref < b.ref; });
  builder.begin_tenant(tenant);
  for (const Entry& entry : entries_) {
    const auto bytes = std::string_view(bytes_).substr(entry.offset, entry.size);
    if (auto added = builder.add(entry.metric, entry.ref, bytes); !added) return added;
  }
  builder.note(extent_);
  return builder.end_tenant(timelines_);
}

}  // namespace sluice::storage
