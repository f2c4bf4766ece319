#include "storage/tsdb/merge.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

namespace sluice::storage {

namespace {

constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

// The next unread timestamps of all pieces.
class Heads {
 public:
  explicit Heads(std::span<const SeriesSamples> pieces) : pieces_(pieces), at_(pieces.size()) {}

  bool done(std::size_t piece) const { return at_[piece] == pieces_[piece].timestamps_ms.size(); }
  std::int64_t time(std::size_t piece) const { return pieces_[piece].timestamps_ms[at_[piece]]; }
  std::size_t at(std::size_t piece) const { return at_[piece]; }

  std::optional<std::size_t> earliest() const {
    std::optional<std::size_t> best;
    for (std::size_t p = 0; p < at_.size(); ++p) {
      if (!done(p) && (!best || time(p) < time(*best))) best = p;
    }
    return best;
  }

  // How many samples of `piece` come before any other piece's; at least one.
  std::size_t run_of(std::size_t piece) const {
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();
    bool others = false;
    for (std::size_t p = 0; p < at_.size(); ++p) {
      if (p == piece || done(p)) continue;
      limit = std::min(limit, time(p));
      others = true;
    }
    const auto& times = pieces_[piece].timestamps_ms;
    if (!others) return times.size() - at_[piece];
    const auto from = times.begin() + static_cast<std::ptrdiff_t>(at_[piece]);
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::lower_bound(from, times.end(), limit) - from));
  }

  // Moves every piece behind `timestamp_ms`: repeats are dropped here.
  void pass(std::int64_t timestamp_ms) {
    for (std::size_t p = 0; p < at_.size(); ++p) {
      while (!done(p) && time(p) <= timestamp_ms) ++at_[p];
    }
  }
  void advance(std::size_t piece, std::size_t count) { at_[piece] += count; }

 private:
  std::span<const SeriesSamples> pieces_;
  std::vector<std::size_t> at_;
};

bool is_one_constant(std::span<const SeriesSamples> pieces) {
  const auto bits = [](const SeriesSamples& piece) { return std::bit_cast<std::uint64_t>(piece.values[0]); };
  const SeriesSamples* first = nullptr;
  for (const SeriesSamples& piece : pieces) {
    if (piece.timestamps_ms.empty()) continue;
    if (!piece.constant || (first != nullptr && bits(*first) != bits(piece))) return false;
    first = &piece;
  }
  return first != nullptr;
}

bool may_be_stale(const SeriesSamples& piece) { return piece.has_stale && !piece.timestamps_ms.empty(); }

}  // namespace

Merger::Plan Merger::make_plan(std::span<const SeriesSamples> pieces) {
  std::size_t count_max = 0;
  for (const SeriesSamples& piece : pieces) count_max += piece.timestamps_ms.size();
  std::int64_t* const times = arena_.timestamps(count_max);
  std::size_t count = 0;
  Plan plan;
  Heads heads(pieces);
  while (const auto piece = heads.earliest()) {
    const Segment segment{*piece, heads.at(*piece), heads.run_of(*piece)};
    std::copy_n(pieces[segment.piece].timestamps_ms.begin() + static_cast<std::ptrdiff_t>(segment.first), segment.count,
                times + count);
    count += segment.count;
    plan.segments.push_back(segment);
    heads.advance(segment.piece, segment.count);
    heads.pass(times[count - 1]);
  }
  plan.timestamps_ms = {times, count};
  return plan;
}

const Merger::Plan& Merger::plan_for(std::span<const SeriesSamples> pieces) {
  PlanKey key;
  for (const SeriesSamples& piece : pieces) key.emplace_back(piece.timestamps_ms.data(), piece.timestamps_ms.size());
  const auto at = plans_.find(key);
  if (at != plans_.end()) return at->second;
  return plans_.emplace(std::move(key), make_plan(pieces)).first->second;
}

void Merger::merge_floats(std::span<const SeriesSamples> pieces, SeriesSamples& merged) {
  const Plan& plan = plan_for(pieces);
  double* const values = arena_.values(plan.timestamps_ms.size());
  double* to = values;
  for (const Segment& segment : plan.segments) {
    std::memcpy(to, pieces[segment.piece].values + segment.first, segment.count * sizeof(double));
    to += segment.count;
  }
  merged.timestamps_ms = plan.timestamps_ms;
  merged.values = values;
  merged.constant = is_one_constant(pieces);
  merged.has_stale = std::any_of(pieces.begin(), pieces.end(), may_be_stale);
}

// Ascending, one a timestamp, of the earliest piece; none where a float is: a timestamp is in one list only.
void Merger::gather_links(std::span<const SeriesSamples> pieces, std::span<const std::int64_t> floats) {
  links_.clear();
  for (const SeriesSamples& piece : pieces) {
    std::int64_t before_ms = kNoTime;
    for (const HistogramPoint& point : piece.histograms) {
      links_.push_back({point, before_ms});
      before_ms = point.timestamp_ms;
    }
  }
  const auto time = [](const Link& link) { return link.point.timestamp_ms; };
  std::stable_sort(links_.begin(), links_.end(), [&](const Link& a, const Link& b) { return time(a) < time(b); });
  const auto repeats = std::unique(links_.begin(), links_.end(), [&](auto& a, auto& b) { return time(a) == time(b); });
  links_.erase(repeats, links_.end());
  std::erase_if(links_, [&](const Link& link) { return std::binary_search(floats.begin(), floats.end(), time(link)); });
}

void Merger::merge_histograms(std::span<const SeriesSamples> pieces, SeriesSamples& merged) {
  const auto& floats = merged.timestamps_ms;
  gather_links(pieces, floats);
  auto& points = arena_.points();
  points.reserve(links_.size());
  auto next_float = floats.begin();
  std::int64_t before_ms = kNoTime;  // the histogram before, in what is merged
  for (const auto& [point, before_in_piece_ms] : links_) {
    bool chained = before_in_piece_ms == before_ms;
    for (; next_float != floats.end() && *next_float < point.timestamp_ms; ++next_float) chained = false;
    before_ms = point.timestamp_ms;
    const bool holds = chained || point.histogram->hint != CounterResetHint::not_reset;
    points.push_back(holds ? point : without_hint(point));
  }
  merged.histograms = points;
}

HistogramPoint Merger::without_hint(const HistogramPoint& point) {
  Histogram& unknown = arena_.copy(*point.histogram);
  unknown.hint = CounterResetHint::unknown;
  return {point.timestamp_ms, &unknown};
}

void Merger::merge_starts(std::span<const SeriesSamples> pieces, SeriesSamples& merged) {
  auto& starts = arena_.starts();
  for (const SeriesSamples& piece : pieces)
    starts.insert(starts.end(), piece.start_times.begin(), piece.start_times.end());
  const auto earlier = [](const StartTimestamp& a, const StartTimestamp& b) { return a.timestamp_ms < b.timestamp_ms; };
  const auto same = [](const StartTimestamp& a, const StartTimestamp& b) { return a.timestamp_ms == b.timestamp_ms; };
  std::stable_sort(starts.begin(), starts.end(), earlier);
  starts.erase(std::unique(starts.begin(), starts.end(), same), starts.end());
  merged.start_times = starts;
}

SeriesSamples Merger::merge(std::span<const SeriesSamples> pieces) {
  if (pieces.size() == 1) return pieces.front();
  SeriesSamples merged;
  const auto any = [&](auto member) {
    return std::any_of(pieces.begin(), pieces.end(), [&](const SeriesSamples& p) { return !(p.*member).empty(); });
  };
  if (any(&SeriesSamples::timestamps_ms)) merge_floats(pieces, merged);
  if (any(&SeriesSamples::histograms)) merge_histograms(pieces, merged);
  if (any(&SeriesSamples::start_times)) merge_starts(pieces, merged);
  return merged;
}

}  // namespace sluice::storage
