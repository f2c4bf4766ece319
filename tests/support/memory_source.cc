#include "tests/support/memory_source.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

namespace sluice::test {
namespace {

bool matches(const Labels& labels, std::span<const Matcher> matchers) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& m) { return m.matches(labels.get(m.name())); });
}

class MemorySet final : public SeriesSet {
 public:
  MemorySet(std::vector<const MemorySource::Entry*> entries, TimeRangeMs range)
      : entries_(std::move(entries)), range_(range) {}

  std::size_t size() const override { return entries_.size(); }
  LabelsView labels(std::size_t i) const override {
    const auto& e = *entries_[i];
    return {e.names->data(), e.values.data(), static_cast<std::uint32_t>(e.values.size())};
  }
  Result<void> read(std::size_t first, std::size_t count, SeriesBatch& batch) const override {
    batch.clear();
    std::size_t points = 0;
    for (std::size_t i = first; i < first + count; ++i) points += entries_[i]->samples.histograms.size();
    batch.histogram_points.reserve(points);  // spans point into it: it must not move
    for (std::size_t i = first; i < first + count; ++i) batch.series.push_back(samples(entries_[i]->samples, batch));
    return {};
  }

 private:
  std::pair<std::size_t, std::size_t> within(const std::vector<std::int64_t>& times) const {
    const auto begin = std::lower_bound(times.begin(), times.end(), range_.min_ms);
    const auto end = std::upper_bound(begin, times.end(), range_.max_ms);
    return {static_cast<std::size_t>(begin - times.begin()), static_cast<std::size_t>(end - times.begin())};
  }
  SeriesSamples samples(const StoredSeries& stored, SeriesBatch& batch) const {
    SeriesSamples out;
    const auto [begin, end] = within(stored.times_ms);
    out.timestamps_ms = std::span(stored.times_ms).subspan(begin, end - begin);
    out.values = stored.values.data() + begin;
    out.constant = std::all_of(out.values, out.values + (end - begin), [&](double v) {
      return std::memcmp(&v, out.values, sizeof v) == 0;
    });
    const auto [first, last] = within(stored.histogram_times_ms);
    const std::size_t at = batch.histogram_points.size();
    for (std::size_t i = first; i < last; ++i)
      batch.histogram_points.push_back({stored.histogram_times_ms[i], &stored.histograms[i]});
    out.histograms = std::span(batch.histogram_points).subspan(at);
    out.start_times = stored.start_times;
    return out;
  }

  const std::vector<const MemorySource::Entry*> entries_;
  const TimeRangeMs range_;
};

}  // namespace

std::optional<SymbolId> MemorySymbols::find(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

SymbolId MemorySymbols::intern(std::string_view text) {
  if (const auto known = find(text)) return *known;
  texts_.emplace_back(text);
  const SymbolId id(static_cast<std::uint32_t>(texts_.size() - 1));
  ids_.emplace(texts_.back(), id);
  return id;
}

const std::vector<SymbolId>* MemorySource::shape(const Labels& labels) {
  std::vector<std::string> names;
  for (const Label& label : labels.all()) names.push_back(label.name);
  auto& shape = shapes_[names];
  if (shape == nullptr) {
    shape = std::make_unique<std::vector<SymbolId>>();
    for (const std::string& name : names) shape->push_back(symbols_.intern(name));
  }
  return shape.get();
}

StoredSeries& MemorySource::series(const Labels& labels) {
  const auto [at, added] = index_.try_emplace(labels, entries_.size());
  if (added) {
    Entry& entry = entries_.emplace_back();
    entry.labels = labels;
    entry.names = shape(labels);
    for (const Label& label : labels.all()) entry.values.push_back(symbols_.intern(label.value));
  }
  return entries_[at->second].samples;
}

void MemorySource::add(const Labels& labels, std::int64_t time_ms, double value) {
  StoredSeries& stored = series(labels);
  stored.times_ms.push_back(time_ms);
  stored.values.push_back(value);
}

std::int64_t StoredSeries::last_ms() const {
  const auto last = [](const auto& times) { return times.empty() ? std::numeric_limits<std::int64_t>::min() : times.back(); };
  return std::max(last(times_ms), last(histogram_times_ms));
}

namespace {

tl::unexpected<Error> not_in_order(std::int64_t time_ms) {
  return fail(Errc::invalid_argument, "out of order or duplicate sample at " + std::to_string(time_ms) + "ms");
}

void note_start(StoredSeries& stored, std::int64_t time_ms, std::int64_t start_ms) {
  if (start_ms != 0) stored.start_times.push_back({time_ms, start_ms});
}

}  // namespace

Result<void> MemorySource::append(const Labels& labels, std::int64_t time_ms, double value, std::int64_t start_ms) {
  StoredSeries& stored = series(labels);
  if (time_ms <= stored.last_ms()) return not_in_order(time_ms);
  stored.times_ms.push_back(time_ms);
  stored.values.push_back(value);
  stored.hints.end_chunk();
  note_start(stored, time_ms, start_ms);
  return {};
}

Result<void> MemorySource::append(const Labels& labels, std::int64_t time_ms, Histogram histogram,
                                  std::int64_t start_ms) {
  StoredSeries& stored = series(labels);
  if (time_ms <= stored.last_ms()) return not_in_order(time_ms);
  histogram.hint = stored.hints.next(histogram);
  stored.histogram_times_ms.push_back(time_ms);
  stored.histograms.push_back(std::move(histogram));
  note_start(stored, time_ms, start_ms);
  return {};
}

Result<std::unique_ptr<SeriesSet>> MemorySource::select(std::span<const Matcher> matchers, TimeRangeMs range,
                                                        std::stop_token) const {
  std::vector<const Entry*> found;
  for (const Entry& entry : entries_)
    if (matches(entry.labels, matchers)) found.push_back(&entry);
  return std::make_unique<MemorySet>(std::move(found), range);
}

Result<std::vector<std::string>> MemorySource::label_names(const LabelQuery& query) const {
  std::set<std::string> names;
  for (const Entry& entry : entries_)
    if (query.selectors.empty() || std::any_of(query.selectors.begin(), query.selectors.end(),
                                               [&](const auto& s) { return matches(entry.labels, s); }))
      for (const Label& label : entry.labels.all()) names.insert(label.name);
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<std::string>> MemorySource::label_values(const std::string& name, const LabelQuery& query) const {
  std::set<std::string> values;
  for (const Entry& entry : entries_)
    if (query.selectors.empty() || std::any_of(query.selectors.begin(), query.selectors.end(),
                                               [&](const auto& s) { return matches(entry.labels, s); }))
      if (const auto value = entry.labels.get(name); !value.empty()) values.insert(std::string(value));
  return std::vector<std::string>(values.begin(), values.end());
}

}  // namespace sluice::test
