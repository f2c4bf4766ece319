#include "storage/tsdb/piece_reader.h"

#include <algorithm>

#include "storage/frame/float_codec.h"

namespace sluice::storage {

bool PieceReader::run_reaches(const WantedSeries& wanted) const {
  return key_->metric != wanted.metric ? key_->metric > wanted.metric : key_->last >= wanted.ref;
}

Result<void> PieceReader::open_run() {
  key_.reset();
  if (!cursor_.valid()) {
    exhausted_ = true;
    return cursor_.status();
  }
  key_ = cursor_.key();
  next_entry_ = 0;
  if (!run_.open(cursor_.value())) return tl::unexpected(damaged_block(block_.info().id, "a run of series"));
  return {};
}

// The next run is usually the right one; only a gap costs a seek.
Result<bool> PieceReader::find_run(const WantedSeries& wanted) {
  Result<void> moved;
  if (key_ && !run_reaches(wanted)) {
    cursor_.next();
    moved = open_run();
  }
  if (moved && !exhausted_ && !(key_ && run_reaches(wanted))) {
    cursor_.seek(wanted.metric, wanted.ref);
    moved = open_run();
  }
  if (!moved) return tl::unexpected(moved.error());
  return key_ && key_->metric == wanted.metric;
}

Result<SeriesSamples> PieceReader::read(const WantedSeries& wanted) {
  if (exhausted_) return SeriesSamples{};
  const auto found = find_run(wanted);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return SeriesSamples{};
  next_entry_ = run_.lower_bound(wanted.ref, next_entry_);
  if (next_entry_ == run_.size() || run_.ref(next_entry_) != wanted.ref) return SeriesSamples{};
  return decode(run_.entry(next_entry_));
}

Result<SeriesSamples> PieceReader::decode(std::string_view entry) {
  EntryView view;
  if (!parse_entry(entry, view)) return tl::unexpected(damaged_block(block_.info().id, "an entry"));
  SeriesSamples piece;
  const auto rest = decode_floats_of(view, piece);
  if (!rest) return tl::unexpected(rest.error());
  if (!view.has_histograms && !view.has_starts) return piece;
  EntryTail tail;
  if (!decode_tail(view, *rest, tail)) return tl::unexpected(damaged_block(block_.info().id, "histograms"));
  auto& histograms = arena_.histograms();
  histograms = std::move(tail.histograms);
  add_tail(tail, histograms, piece);
  return piece;
}

Result<std::string_view> PieceReader::decode_floats_of(const EntryView& view, SeriesSamples& piece) {
  std::string_view rest = view.values;
  if (view.float_count == 0) return rest;
  const auto timeline = block_.timeline(view.timeline);
  if (!timeline) return tl::unexpected(timeline.error());
  const std::span<const std::int64_t> times = **timeline;
  double* const values = arena_.values(view.float_count);
  RunInfo first;
  const bool constant = inspect_run(rest, first) && first.constant && first.count == view.float_count;
  if (times.size() != view.float_count || !decode_floats(rest, {values, view.float_count})) {
    return tl::unexpected(damaged_block(block_.info().id, "values"));
  }
  arena_.keep(*timeline);
  const auto from = std::lower_bound(times.begin(), times.end(), range_.min_ms);
  const auto to = std::upper_bound(from, times.end(), range_.max_ms);
  piece.timestamps_ms = {from, to};
  piece.values = values + (from - times.begin());
  piece.constant = constant;
  piece.has_stale = view.has_stale;
  return rest;
}

void PieceReader::add_tail(const EntryTail& tail, std::vector<TimedHistogram>& histograms, SeriesSamples& piece) {
  auto& points = arena_.points();
  for (const TimedHistogram& timed : histograms) {
    if (timed.timestamp_ms < range_.min_ms || timed.timestamp_ms > range_.max_ms) continue;
    points.push_back({timed.timestamp_ms, &timed.histogram});
  }
  piece.histograms = points;
  if (tail.starts.empty()) return;
  std::vector<std::int64_t> times(piece.timestamps_ms.begin(), piece.timestamps_ms.end());
  for (const HistogramPoint& point : points) times.push_back(point.timestamp_ms);
  std::sort(times.begin(), times.end());
  auto& starts = arena_.starts();
  expand_starts(tail.starts, times, starts);
  piece.start_times = starts;
}

}  // namespace sluice::storage
