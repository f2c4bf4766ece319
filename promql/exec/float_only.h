// promql/exec/float_only.h
//
// Room: promql/exec. What aggregations that know only floats share: they ignore histograms and say so.
#pragma once

#include "promql/exec/aggregate.h"
#include "promql/exec/cells.h"

namespace sluice::promql {

// The float cells of a row. Histograms beside them: info "ignored histogram in <op> aggregation".
inline const std::uint64_t* floats_of(const AggregationCall& call, const Batch& batch, std::size_t row,
                                      std::vector<std::uint64_t>& scratch) {
  const std::uint64_t* floats = float_bits(batch, row, scratch);
  if (batch.has_histograms() && count_bits(floats, batch.words()) != count_bits(batch.present(row), batch.words()))
    call.context.annotations().info(std::string("ignored histogram in ") + name(call.op) + " aggregation",
                                    call.operand_position);
  return floats;
}

}  // namespace sluice::promql
