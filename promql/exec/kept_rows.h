// promql/exec/kept_rows.h
//
// Room: promql/exec. The rows of an aggregation as they outlive their query: with label texts of their own, so that
// nothing of the query or of storage lives on behind them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "promql/value/batch.h"
#include "promql/value/grid.h"

namespace sluice::promql {

// Immutable once made; share it.
class KeptRows final : public SymbolSource {
 public:
  // `rows` sorted by labels, one column per step of `grid`.
  KeptRows(Batch rows, const StepGrid& grid, const SymbolSource& symbols);
  KeptRows(const KeptRows&) = delete;
  KeptRows& operator=(const KeptRows&) = delete;

  const Batch& rows() const { return rows_; }  // texts of the labels through this
  const StepGrid& grid() const { return grid_; }
  std::size_t memory_bytes() const { return memory_bytes_; }

  std::string_view text(SymbolId id) const override { return texts_[id.value()]; }
  std::optional<SymbolId> find(std::string_view text) const override;

 private:
  LabelsView copy(LabelsView labels, const SymbolSource& symbols);
  SymbolId intern(std::string_view text);

  Batch rows_;
  const StepGrid grid_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, SymbolId> ids_;
  std::deque<std::vector<SymbolId>> label_ids_;  // of a row: names, then values
  std::size_t memory_bytes_ = 0;
};

}  // namespace sluice::promql
