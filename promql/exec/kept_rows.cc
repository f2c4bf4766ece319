#include "promql/exec/kept_rows.h"

namespace sluice::promql {
namespace {

constexpr std::size_t kSymbolBytes = 96;       // a deque's string, and its place in the map
constexpr std::size_t kHistogramBytes = 1024;  // about: most have a few dozen buckets

}  // namespace

KeptRows::KeptRows(Batch rows, const StepGrid& grid, const SymbolSource& symbols)
    : rows_(std::move(rows)), grid_(grid), memory_bytes_(sizeof(KeptRows)) {
  for (std::size_t row = 0; row < rows_.rows(); ++row) rows_.labels(row).view = copy(rows_.labels(row).view, symbols);
  memory_bytes_ += rows_.bytes();
  if (rows_.has_histograms()) memory_bytes_ += rows_.sample_count() * kHistogramBytes;
}

std::optional<SymbolId> KeptRows::find(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

LabelsView KeptRows::copy(LabelsView labels, const SymbolSource& symbols) {
  auto& ids = label_ids_.emplace_back();
  ids.reserve(2 * labels.count);
  for (std::uint32_t i = 0; i < labels.count; ++i) ids.push_back(intern(symbols.text(labels.names[i])));
  for (std::uint32_t i = 0; i < labels.count; ++i) ids.push_back(intern(symbols.text(labels.values[i])));
  memory_bytes_ += ids.size() * sizeof(SymbolId) + sizeof(ids);
  return {ids.data(), ids.data() + labels.count, labels.count};
}

SymbolId KeptRows::intern(std::string_view text) {
  if (const auto known = find(text)) return *known;
  const SymbolId id(static_cast<std::uint32_t>(texts_.size()));
  texts_.emplace_back(text);
  ids_.emplace(texts_.back(), id);
  memory_bytes_ += kSymbolBytes + text.size();
  return id;
}

}  // namespace sluice::promql
