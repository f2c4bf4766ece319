#include "storage/head/float_store.h"

#include <algorithm>
#include <bit>

#include "storage/frame/varint.h"

namespace sluice::storage {
namespace {

static_assert(2 * TailPool::kValues == kRunValuesMax);

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

void FloatStore::append(SeriesState& series, std::int64_t timestamp_ms, double value) {
  DCHECK(timestamp_ms > series.last_ms);
  if (series.timeline == kNone && series.open_count == 0) {
    series.open_count = 1;  // homeless: where it belongs shows with the second sample
  } else {
    if (series.homeless()) settle(series);
    const std::uint32_t next = next_position(series, timestamp_ms);
    if (series.open_count > 0 && next != series.position + 1) seal(series);
    series.position = next;
    extend_open(series, value);
  }
  series.last_ms = timestamp_ms;
  series.last_value = value;
}

// A homeless series joins the timeline that has its first timestamp, or begins one.
void FloatStore::settle(SeriesState& series) {
  const auto known = timelines_.find_shared(series.target, series.last_ms, kNone);
  const Place place = known ? *known : timelines_.create(series.target, series.last_ms);
  series.timeline = place.timeline;
  series.position = place.position;
}

// The position of timestamp_ms on the series' timeline, or on another that the series then moves to.
std::uint32_t FloatStore::next_position(SeriesState& series, std::int64_t timestamp_ms) {
  Timeline& timeline = timelines_[series.timeline];
  const std::uint32_t next = series.position + 1;
  if (next == timeline.end()) {
    if (timestamp_ms > timeline.last_ms()) {
      timeline.append(timestamp_ms);
      return next;
    }
  } else if (timeline.at(next) == timestamp_ms) {
    return next;
  }
  return leave(series, timestamp_ms);
}

// The next position is another timestamp. One that lies ahead is a gap, and too many gaps or a timestamp that is not
// there mean that the timeline is not ours.
std::uint32_t FloatStore::leave(SeriesState& series, std::int64_t timestamp_ms) {
  Timeline& timeline = timelines_[series.timeline];
  const bool ahead = timestamp_ms > timeline.last_ms();
  const auto position = ahead ? std::optional(timeline.end()) : timeline.find(timestamp_ms);
  if (position && series.gaps + kGapCost <= kGapsMax &&
      (ahead || timelines_.may_share(series.timeline, timestamp_ms))) {
    series.gaps += kGapCost;
    if (ahead) timeline.append(timestamp_ms);
    return *position;
  }
  const std::uint32_t old = series.timeline;
  series.gaps = 0;
  if (series.moves < kMovesMax) ++series.moves;
  if (series.moves == kMovesMax) {
    move_to(series, timelines_.create_own(timestamp_ms));
  } else {
    const auto other = timelines_.find_shared(series.target, timestamp_ms, old);
    move_to(series, other ? *other : timelines_.create(series.target, timestamp_ms));
  }
  return series.position;
}

void FloatStore::move_to(SeriesState& series, Place place) {
  seal(series);
  series.timeline = place.timeline;
  series.position = place.position;
}

void FloatStore::extend_open(SeriesState& series, double value) {
  if (series.tail == kNone) {
    if (series.open_count == 0 || same_bits(series.last_value, value)) {
      ++series.open_count;
      if (series.open_count == kOpenMax) seal(series);
      return;
    }
    if (series.open_count >= kConstantWorth) {
      --series.position;  // the new sample is not part of what is sealed
      seal(series);
      ++series.position;
      series.open_count = 1;
      return;
    }
    series.tail = tails_.allocate();
    std::fill_n(tails_.values(series.tail), series.open_count, series.last_value);
  }
  tails_.values(series.tail)[series.open_count++] = value;
  if (series.open_count < TailPool::kValues) return;
  seal(series);
  if (series.gaps > 0) --series.gaps;
}

// The open run becomes a sealed one at the end of the last block, or of a new one.
void FloatStore::seal(SeriesState& series) {
  if (series.open_count == 0) return;
  scratch_.clear();
  if (series.tail == kNone) {
    encode_constant(series.last_value, series.open_count, scratch_);
    append_open(series);
  } else {
    if (!join_last_run(series)) {
      encode_floats({tails_.values(series.tail), series.open_count}, scratch_);
      append_open(series);
    }
    tails_.release(series.tail);
    series.tail = kNone;
  }
  series.open_count = 0;
}

// A tail is half as long as a run may be: every second one joins the run before it, which saves that run's front.
bool FloatStore::join_last_run(SeriesState& series) {
  if (series.last_block == kNone || series.open_count != TailPool::kValues) return false;
  BlockHeader& header = blocks_.header(series.last_block);
  if (header.timeline != series.timeline || header.last_position + 1 != series.open_first()) return false;
  RunPlace last;
  const auto remember = [&](const RunPlace& run) { last = run; };
  visit_block(series.last_block, remember);
  if (last.constant || last.count != TailPool::kValues) return false;
  double values[kRunValuesMax];
  decode(last, 0, last.count, values);
  std::copy_n(tails_.values(series.tail), TailPool::kValues, values + TailPool::kValues);
  encode_floats(values, scratch_);
  const std::size_t before = header.used_bytes - last.bytes.size();
  if (before + scratch_.size() > BlockPool::payload_of(header.granules)) {
    scratch_.clear();
    return false;
  }
  blocks_.cut(series.last_block, before);
  blocks_.append(series.last_block, scratch_);
  header.last_position = series.position;
  header.count = static_cast<std::uint16_t>(header.count + TailPool::kValues);
  return true;
}

// Appends the bytes of the open run in scratch_.
void FloatStore::append_open(SeriesState& series) {
  const std::uint32_t first = series.open_first();
  const std::uint32_t block = block_for(series, scratch_.size());
  BlockHeader& header = blocks_.header(block);
  if (header.count == 0) {
    header.timeline = series.timeline;
    header.first_position = first;
  } else if (first > header.last_position + 1) {
    std::string gap(1, kGapMark);
    put_varint(gap, first - header.last_position - 1);
    blocks_.append(block, gap);
  }
  blocks_.append(block, scratch_);
  header.last_position = series.position;
  header.count = static_cast<std::uint16_t>(header.count + series.open_count);
}

bool FloatStore::fits(const SeriesState& series, std::size_t bytes) const {
  constexpr std::size_t kGapBytes = 6;  // mark and the longest varint of 32 bits
  const BlockHeader& header = blocks_.header(series.last_block);
  return header.timeline == series.timeline && blocks_.room(series.last_block) >= bytes + kGapBytes &&
         header.count + series.open_count <= std::numeric_limits<std::uint16_t>::max();
}

std::uint32_t FloatStore::block_for(SeriesState& series, std::size_t bytes) {
  if (series.last_block != kNone && fits(series, bytes)) return series.last_block;
  const std::size_t usual = series.first_block == kNone ? kFirstGranules : kNextGranules;
  const std::uint32_t block = blocks_.allocate(std::max(usual, BlockPool::granules_for(bytes)));
  if (series.last_block == kNone)
    series.first_block = block;
  else
    blocks_.header(series.last_block).next = block;
  return series.last_block = block;
}

std::string_view FloatStore::skip_gap(std::string_view bytes, std::uint32_t& skipped) {
  if (bytes[0] != kGapMark) return bytes;
  bytes.remove_prefix(1);
  std::uint64_t count = 0;
  CHECK(get_varint(bytes, count));
  skipped = static_cast<std::uint32_t>(count);
  return bytes;
}

RunPlace FloatStore::open_run(const SeriesState& series) const {
  const bool raw = series.tail != kNone;
  return {.timeline = series.timeline,
          .first_position = series.homeless() ? 0 : series.open_first(),
          .count = series.open_count,
          .constant = !raw,
          .value = series.last_value,
          .raw = raw ? tails_.values(series.tail) : nullptr};
}

std::uint64_t FloatStore::count(const SeriesState& series) const {
  std::uint64_t count = series.open_count;
  for (std::uint32_t block = series.first_block; block != kNone; block = blocks_.header(block).next)
    count += blocks_.header(block).count;
  return count;
}

void FloatStore::decode(const RunPlace& run, std::uint32_t from, std::uint32_t count, double* out) const {
  DCHECK(from + count <= run.count);
  if (run.constant) {
    std::fill_n(out, count, run.value);
  } else if (run.raw != nullptr) {
    std::copy_n(run.raw + from, count, out);
  } else {
    const RunInfo info{.count = run.count, .bytes = static_cast<std::uint32_t>(run.bytes.size())};
    if (count == run.count) {
      CHECK(decode_run(run.bytes, info, out));
    } else {
      double values[kRunValuesMax];
      CHECK(decode_run(run.bytes, info, values));
      std::copy_n(values + from, count, out);
    }
  }
}

std::int64_t FloatStore::oldest_ms(const SeriesState& series) const {
  if (series.homeless()) return series.last_ms;
  if (series.first_block == kNone) return timelines_[series.timeline].at(series.open_first());
  const BlockHeader& header = blocks_.header(series.first_block);
  return timelines_[header.timeline].at(header.first_position);
}

std::optional<double> FloatStore::find(const SeriesState& series, std::int64_t timestamp_ms) const {
  if (timestamp_ms == series.last_ms && series.open_count > 0) return series.last_value;
  if (series.homeless()) return std::nullopt;
  std::optional<double> found;
  std::uint32_t timeline = kNone;
  std::optional<std::uint32_t> position;  // of timestamp_ms on that timeline
  const auto look_on = [&](std::uint32_t id) {
    if (id == timeline) return;
    timeline = id;
    position = timelines_[id].find(timestamp_ms);
  };
  visit_runs(
      series,
      [&](const BlockHeader& block) {
        look_on(block.timeline);
        return position && block.first_position <= *position && *position <= block.last_position;
      },
      [&](const RunPlace& run) {
        look_on(run.timeline);
        if (!position || *position < run.first_position || *position >= run.first_position + run.count) return;
        double value = 0;
        decode(run, *position - run.first_position, 1, &value);
        found = value;
      });
  return found;
}

bool FloatStore::any_between(const SeriesState& series, std::int64_t after_ms, std::int64_t before_ms) const {
  const auto between = [&](std::int64_t t) { return after_ms < t && t < before_ms; };
  if (between(series.last_ms) && series.open_count > 0) return true;
  if (series.homeless()) return false;
  bool found = false;
  visit_runs(
      series, [&](const BlockHeader&) { return !found; },
      [&](const RunPlace& run) {
        const Timeline& timeline = timelines_[run.timeline];
        const std::uint32_t first = std::max(run.first_position, timeline.lower_bound(after_ms + 1));
        found = found || (first < run.first_position + run.count && between(timeline.at(first)));
      });
  return found;
}

bool FloatStore::evict(SeriesState& series, std::int64_t before_ms, std::vector<std::uint32_t>& in_use) {
  std::uint64_t flushed = count(series) - series.unflushed;
  while (series.first_block != kNone) {
    const BlockHeader header = blocks_.header(series.first_block);
    if (header.count > flushed || timelines_[header.timeline].at(header.last_position) >= before_ms) break;
    blocks_.release(series.first_block);
    flushed -= header.count;
    series.first_block = header.next;
    if (header.next == kNone) series.last_block = kNone;
  }
  if (series.first_block == kNone && !trim_open(series, flushed, before_ms)) {
    release_series(series);
    return false;
  }
  const auto use = [&](std::uint32_t timeline, std::uint32_t position) {
    if (in_use.size() <= timeline) in_use.resize(timeline + std::size_t{1}, kNone);
    in_use[timeline] = std::min(in_use[timeline], position);
  };
  for (std::uint32_t block = series.first_block; block != kNone; block = blocks_.header(block).next)
    use(blocks_.header(block).timeline, blocks_.header(block).first_position);
  if (series.timeline != kNone) use(series.timeline, series.open_count > 0 ? series.open_first() : series.position);
  return true;
}

// The open run is the series' oldest. False: all of it may go.
bool FloatStore::trim_open(SeriesState& series, std::uint64_t flushed, std::int64_t before_ms) {
  if (flushed >= series.open_count && series.last_ms < before_ms) return false;
  if (series.tail != kNone || series.homeless() || series.open_count == 0) return true;
  const Timeline& timeline = timelines_[series.timeline];  // a constant run shrinks by counting
  const std::uint32_t first = series.open_first(), keep_from = std::max(first, timeline.lower_bound(before_ms));
  const auto old = std::min<std::uint64_t>(flushed, keep_from - first);
  series.open_count = static_cast<std::uint16_t>(series.open_count - old);
  return true;
}

void FloatStore::release_series(SeriesState& series) {
  if (series.tail != kNone) tails_.release(series.tail);
  if (series.timeline != kNone && !timelines_[series.timeline].shared()) timelines_.release(series.timeline);
  series.tail = series.timeline = kNone;
  series.open_count = 0;
}

void FloatStore::check(const SeriesState& series) const {
  CHECK((series.first_block == kNone) == (series.last_block == kNone));
  CHECK(series.unflushed <= count(series));
  CHECK(series.tail == kNone || (series.open_count >= 2 && series.open_count < TailPool::kValues));
  if (series.timeline == kNone) {
    CHECK(series.first_block == kNone && series.open_count <= 1);
    return;
  }
  CHECK(timelines_[series.timeline].at(series.position) == series.last_ms);
  std::uint32_t timeline = kNone;
  std::uint64_t next = 0;
  visit_runs(
      series, [](const BlockHeader&) { return true; },
      [&](const RunPlace& run) {
        CHECK(run.count > 0 && (run.timeline != timeline || run.first_position >= next));
        CHECK(run.first_position >= timelines_[run.timeline].first());
        timeline = run.timeline;
        next = std::uint64_t{run.first_position} + run.count;
      });
  CHECK(timeline == kNone || (timeline == series.timeline && next == std::uint64_t{series.position} + 1));
}

}  // namespace sluice::storage
