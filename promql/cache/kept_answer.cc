#include "promql/cache/kept_answer.h"

#include <algorithm>

namespace sluice::promql {
namespace {

constexpr std::size_t kSymbolBytes = 96;       // a deque's string, and its place in the map
constexpr std::size_t kHistogramBytes = 1024;  // about: most have a few dozen buckets

// Byte order of the texts, as Labels compares; the two need not share symbols.
int compare_texts(LabelsView a, const SymbolSource& of_a, LabelsView b, const SymbolSource& of_b) {
  for (std::uint32_t i = 0; i < std::min(a.count, b.count); ++i) {
    if (const int names = of_a.text(a.names[i]).compare(of_b.text(b.names[i])); names != 0) return names;
    if (const int values = of_a.text(a.values[i]).compare(of_b.text(b.values[i])); values != 0) return values;
  }
  return a.count < b.count ? -1 : a.count > b.count;
}

template <class Points>
auto points_in(const Points& points, StepSpan span) {
  const auto before = [](const auto& point, std::int64_t time_ms) { return point.timestamp_ms < time_ms; };
  const auto first = std::lower_bound(points.begin(), points.end(), span.first_ms, before);
  auto last = first;
  while (last != points.end() && last->timestamp_ms <= span.last_ms) ++last;
  return std::pair(first, last);
}

void append_points(const ResultSeries& from, StepSpan span, ResultSeries& to) {
  const auto [float_first, float_last] = points_in(from.floats, span);
  to.floats.insert(to.floats.end(), float_first, float_last);
  const auto [histogram_first, histogram_last] = points_in(from.histograms, span);
  to.histograms.insert(to.histograms.end(), histogram_first, histogram_last);
}

bool is_empty(const ResultSeries& series) { return series.floats.empty() && series.histograms.empty(); }

// Where each part stands in its sorted series.
class PartCursor {
 public:
  explicit PartCursor(const AnswerPart& part) : part_(&part) {}
  bool done() const { return at_ == part_->series->size(); }
  const ResultSeries& series() const { return (*part_->series)[at_]; }
  const AnswerPart& part() const { return *part_; }
  void next() { ++at_; }
  int compare(const PartCursor& other) const {
    return compare_texts(series().labels, *part_->symbols, other.series().labels, *other.part_->symbols);
  }

 private:
  const AnswerPart* part_;
  std::size_t at_ = 0;
};

const PartCursor* smallest(const std::vector<PartCursor>& cursors) {
  const PartCursor* found = nullptr;
  for (const PartCursor& cursor : cursors)
    if (!cursor.done() && (found == nullptr || cursor.compare(*found) < 0)) found = &cursor;
  return found;
}

}  // namespace

std::shared_ptr<const KeptAnswer> KeptAnswer::join(std::span<const AnswerPart> parts) {
  const std::shared_ptr<KeptAnswer> answer(new KeptAnswer);
  answer->span_ = {parts.front().span.first_ms, parts.back().span.last_ms};
  std::vector<PartCursor> cursors(parts.begin(), parts.end());
  while (const PartCursor* found = smallest(cursors)) {
    const PartCursor next = *found;
    ResultSeries series;
    for (PartCursor& cursor : cursors) {
      if (cursor.done() || cursor.compare(next) != 0) continue;
      append_points(cursor.series(), cursor.part().span, series);
      cursor.next();
    }
    if (is_empty(series)) continue;
    series.labels = answer->copy(next.series().labels, *next.part().symbols);
    answer->memory_bytes_ += sizeof(ResultSeries) + series.floats.size() * sizeof(FloatPoint) +
                             series.histograms.size() * (sizeof(OwnedHistogramPoint) + kHistogramBytes);
    answer->series_.push_back(std::move(series));
  }
  answer->memory_bytes_ += sizeof(KeptAnswer);
  return answer;
}

MatrixResult KeptAnswer::slice(const KeptAnswer& answer, StepSpan span) {
  MatrixResult result;
  result.series.reserve(answer.series_.size());
  for (const ResultSeries& kept : answer.series_) {
    ResultSeries series;
    append_points(kept, span, series);
    if (is_empty(series)) continue;
    series.labels = kept.labels;
    result.series.push_back(std::move(series));
  }
  return result;
}

std::optional<SymbolId> KeptAnswer::find(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

LabelsView KeptAnswer::copy(LabelsView labels, const SymbolSource& symbols) {
  auto& ids = label_ids_.emplace_back();
  ids.reserve(2 * labels.count);
  for (std::uint32_t i = 0; i < labels.count; ++i) ids.push_back(intern(symbols.text(labels.names[i])));
  for (std::uint32_t i = 0; i < labels.count; ++i) ids.push_back(intern(symbols.text(labels.values[i])));
  memory_bytes_ += ids.size() * sizeof(SymbolId) + sizeof(ids);
  return {ids.data(), ids.data() + labels.count, labels.count};
}

SymbolId KeptAnswer::intern(std::string_view text) {
  if (const auto known = find(text)) return *known;
  const SymbolId id(static_cast<std::uint32_t>(texts_.size()));
  texts_.emplace_back(text);
  ids_.emplace(texts_.back(), id);
  memory_bytes_ += kSymbolBytes + text.size();
  return id;
}

}  // namespace sluice::promql
