// promql/exec/row_keeper.h
//
// Room: promql/exec. Where rows of aggregations are kept from query to query, as operators see it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "promql/exec/kept_rows.h"
#include "promql/plan/reach.h"

namespace sluice::promql {

// Times of steps, both inclusive; empty when last < first.
struct StepSpan {
  std::int64_t first_ms = 0, last_ms = -1;
  bool empty() const { return last_ms < first_ms; }
};

struct Kept {
  std::shared_ptr<const KeptRows> rows;  // null: there are none
  StepSpan span;                         // the steps of `rows` that an evaluation would answer alike now
};

// One query's view, made before the query reads anything. Thread safety: none; one query.
class RowKeeper {
 public:
  virtual ~RowKeeper() = default;
  // `question` says all that a step's value depends on, step width and phase included. Of equal ones the newest is
  // kept.
  virtual Kept find(const std::string& question, const Reach& reach) = 0;
  virtual void keep(const std::string& question, std::shared_ptr<const KeptRows> rows) = 0;
  // Steps from here on see everything that they look at: retention has hidden nothing of it.
  virtual std::int64_t whole_from_ms(const Reach& reach) const = 0;
  virtual std::uint64_t rows_bytes_max() const = 0;  // larger ones are not kept
  virtual void count(std::size_t steps_kept, std::size_t steps_evaluated) = 0;
};

}  // namespace sluice::promql
