// promql/cache/kept_answer.h
//
// Room: promql/cache. The answer of a range query as it is kept: its own label texts, so that nothing of the query or
// of storage lives on behind it, and the steps it speaks of.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "promql/engine/engine.h"

namespace sluice::promql {

// Steps of one query's grid, both inclusive; empty when last < first.
struct StepSpan {
  std::int64_t first_ms = 0, last_ms = -1;
  bool empty() const { return last_ms < first_ms; }
  bool holds(std::int64_t time_ms) const { return time_ms >= first_ms && time_ms <= last_ms; }
};

// A part of an answer: series sorted by labels, of which only points inside `span` count. Borrowed for the call.
struct AnswerPart {
  const std::vector<ResultSeries>* series = nullptr;
  const SymbolSource* symbols = nullptr;
  StepSpan span;
};

// Immutable once made; share it.
class KeptAnswer final : public SymbolSource {
 public:
  // Parts in the order of time, without overlap; the result speaks of everything from the first to the last.
  static std::shared_ptr<const KeptAnswer> join(std::span<const AnswerPart> parts);

  KeptAnswer(const KeptAnswer&) = delete;
  KeptAnswer& operator=(const KeptAnswer&) = delete;

  StepSpan span() const { return span_; }
  AnswerPart part(StepSpan span) const { return {&series_, this, span}; }
  // The points inside `span` as a query result; series without any are left out. It points into this answer.
  static MatrixResult slice(const KeptAnswer& answer, StepSpan span);
  std::size_t memory_bytes() const { return memory_bytes_; }

  std::string_view text(SymbolId id) const override { return texts_[id.value()]; }
  std::optional<SymbolId> find(std::string_view text) const override;

 private:
  KeptAnswer() = default;
  LabelsView copy(LabelsView labels, const SymbolSource& symbols);
  SymbolId intern(std::string_view text);

  StepSpan span_;
  std::vector<ResultSeries> series_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, SymbolId> ids_;
  std::deque<std::vector<SymbolId>> label_ids_;  // of a series: names, then values
  std::size_t memory_bytes_ = 0;
};

}  // namespace sluice::promql
