#include "storage/head/batch_assembly.h"

#include <algorithm>
#include <bit>

#include "proto/model/sample.h"

namespace sluice::storage {
namespace {

bool in(TimeRangeMs range, std::int64_t t) { return t >= range.min_ms && t <= range.max_ms; }

}  // namespace

BatchAssembly::BatchAssembly(const FloatStore& floats, TimeRangeMs range, SeriesBatch& batch)
    : floats_(floats), range_(range), batch_(batch) {
  batch_.clear();
}

void BatchAssembly::add(const SeriesState& series, const Side* side) {
  pieces_.clear();
  floats_.visit_runs(
      series, [&](const BlockHeader& block) { return overlaps(block); },
      [&](const RunPlace& run) {
        if (run.timeline != kNone) return take(run);
        if (!in(range_, series.last_ms)) return;
        pieces_.push_back({run, 0, 1, batch_.timestamp_buffer.size()});  // homeless
        batch_.timestamp_buffer.push_back(series.last_ms);
      });
  Placement& place = placements_.emplace_back();
  for (const Piece& piece : pieces_) place.count += piece.count;
  if (place.count > 0) {
    place_timestamps(place);
    gathers_constant() ? place_constant(place) : place_values(place);
  }
  if (side != nullptr) add_side(*side, place);
}

const BatchAssembly::Slice& BatchAssembly::slice_of(std::uint32_t id) {
  const Timeline& timeline = floats_.timelines()[id];
  if (timeline.serial() == last_serial_) return last_slice_;
  last_serial_ = timeline.serial();
  const auto [at, fresh] = slices_.try_emplace(timeline.serial());
  if (fresh) {
    Slice& slice = at->second;
    slice.from = timeline.lower_bound(range_.min_ms);
    slice.to = timeline.lower_bound(range_.max_ms);
    if (slice.to != timeline.end() && timeline.at(slice.to) == range_.max_ms) ++slice.to;
    slice.to = std::max(slice.from, slice.to);  // a range may be empty
    slice.offset = batch_.timestamp_buffer.size();
    batch_.timestamp_buffer.resize(slice.offset + (slice.to - slice.from));
    timeline.copy(slice.from, slice.to, batch_.timestamp_buffer.data() + slice.offset);
  }
  return last_slice_ = at->second;
}

bool BatchAssembly::overlaps(const BlockHeader& block) {
  const Slice& slice = slice_of(block.timeline);
  return block.first_position < slice.to && block.last_position >= slice.from;
}

void BatchAssembly::take(const RunPlace& run) {
  const Slice& slice = slice_of(run.timeline);
  const std::uint32_t from = std::max(run.first_position, slice.from);
  const std::uint32_t to = std::min(run.first_position + run.count, slice.to);
  if (from < to) pieces_.push_back({run, from - run.first_position, to - from, slice.offset + (from - slice.from)});
}

bool BatchAssembly::gathers_constant() const {
  const auto bits = std::bit_cast<std::uint64_t>(pieces_[0].run.value);
  return std::all_of(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
    return piece.run.constant && std::bit_cast<std::uint64_t>(piece.run.value) == bits;
  });
}

// Every piece continues where the one before ended, in the copied timeline.
bool BatchAssembly::gathers_in_line() const {
  for (std::size_t i = 1; i < pieces_.size(); ++i)
    if (pieces_[i].timestamps != pieces_[i - 1].timestamps + pieces_[i - 1].count) return false;
  return true;
}

void BatchAssembly::place_timestamps(Placement& place) {
  place.timestamps = pieces_[0].timestamps;
  if (gathers_in_line()) return;
  auto& buffer = batch_.timestamp_buffer;
  place.timestamps = buffer.size();
  buffer.resize(buffer.size() + place.count);
  auto to = buffer.begin() + static_cast<std::ptrdiff_t>(place.timestamps);
  for (const Piece& piece : pieces_)
    to = std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(piece.timestamps), piece.count, to);
}

void BatchAssembly::place_constant(Placement& place) {
  const double value = pieces_[0].run.value;
  place.constant = true;
  place.has_stale = is_stale_nan(value);
  const auto bits = std::bit_cast<std::uint64_t>(value);
  if (bits != constant_bits_ || constant_count_ < place.count) {
    constant_bits_ = bits;
    constant_values_ = batch_.value_buffer.size();
    constant_count_ = place.count;
    batch_.value_buffer.resize(constant_values_ + place.count, value);
  }
  place.values = constant_values_;
}

void BatchAssembly::place_values(Placement& place) {
  place.values = batch_.value_buffer.size();
  batch_.value_buffer.resize(place.values + place.count);
  double* to = batch_.value_buffer.data() + place.values;
  for (const Piece& piece : pieces_) {
    floats_.decode(piece.run, piece.skip, piece.count, to);
    // Sealed runs that move hold no NaN (see float_codec): only raw values need a look.
    if (piece.run.constant)
      place.has_stale |= is_stale_nan(piece.run.value);
    else if (piece.run.raw != nullptr)
      place.has_stale |= std::any_of(to, to + piece.count, is_stale_nan);
    to += piece.count;
  }
}

void BatchAssembly::add_side(const Side& side, Placement& place) {
  const bool late =
      std::any_of(side.late.begin(), side.late.end(), [&](const LateSample& s) { return in(range_, s.timestamp_ms); });
  if (late) merge_late(side.late, place);
  place.histograms = batch_.histogram_points.size();
  side.histograms.read(range_, batch_.histogram_points, batch_.keep_alive);
  place.histogram_count = batch_.histogram_points.size() - place.histograms;
  if (!side.starts.empty()) add_starts(side, place);
}

void BatchAssembly::merge_late(const std::vector<LateSample>& late, Placement& place) {
  merged_timestamps_.clear();
  merged_values_.clear();
  auto next = late.begin();
  const auto take_late_before = [&](std::int64_t t) {
    for (; next != late.end() && next->timestamp_ms < t; ++next) {
      if (!in(range_, next->timestamp_ms)) continue;
      merged_timestamps_.push_back(next->timestamp_ms);
      merged_values_.push_back(next->value);
    }
  };
  for (std::size_t i = 0; i < place.count; ++i) {
    take_late_before(batch_.timestamp_buffer[place.timestamps + i]);
    merged_timestamps_.push_back(batch_.timestamp_buffer[place.timestamps + i]);
    merged_values_.push_back(batch_.value_buffer[place.values + i]);
  }
  take_late_before(std::numeric_limits<std::int64_t>::max());
  place = {.timestamps = batch_.timestamp_buffer.size(),
           .values = batch_.value_buffer.size(),
           .count = merged_values_.size()};
  place.has_stale = std::any_of(merged_values_.begin(), merged_values_.end(), is_stale_nan);
  batch_.timestamp_buffer.insert(batch_.timestamp_buffer.end(), merged_timestamps_.begin(), merged_timestamps_.end());
  batch_.value_buffer.insert(batch_.value_buffer.end(), merged_values_.begin(), merged_values_.end());
}

void BatchAssembly::add_starts(const Side& side, Placement& place) {
  const auto first = batch_.timestamp_buffer.begin() + static_cast<std::ptrdiff_t>(place.timestamps);
  merged_timestamps_.assign(first, first + static_cast<std::ptrdiff_t>(place.count));
  for (std::size_t i = 0; i < place.histogram_count; ++i)
    merged_timestamps_.push_back(batch_.histogram_points[place.histograms + i].timestamp_ms);
  if (place.histogram_count > 0) std::sort(merged_timestamps_.begin(), merged_timestamps_.end());
  place.starts = batch_.start_buffer.size();
  expand_starts(side.starts, merged_timestamps_, batch_.start_buffer);
  place.start_count = batch_.start_buffer.size() - place.starts;
}

void BatchAssembly::finish() {
  batch_.series.resize(placements_.size());
  for (std::size_t i = 0; i < placements_.size(); ++i) {
    const Placement& place = placements_[i];
    SeriesSamples& to = batch_.series[i];
    to.timestamps_ms = {batch_.timestamp_buffer.data() + place.timestamps, place.count};
    to.values = place.count > 0 ? batch_.value_buffer.data() + place.values : nullptr;
    to.constant = place.constant;
    to.has_stale = place.has_stale;
    to.histograms = {batch_.histogram_points.data() + place.histograms, place.histogram_count};
    to.start_times = {batch_.start_buffer.data() + place.starts, place.start_count};
  }
}

}  // namespace sluice::storage
