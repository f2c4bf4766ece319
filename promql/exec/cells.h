// promql/exec/cells.h
//
// Room: promql/exec. Columns of groups x steps, as accumulators keep them.
#pragma once

#include <cstdint>
#include <vector>

#include "promql/value/batch.h"

namespace sluice::promql {

class GroupColumn {
 public:
  explicit GroupColumn(std::size_t steps) : steps_(steps) {}
  void add_group() { cells_.resize(cells_.size() + steps_); }
  double* of(std::size_t group) { return cells_.data() + group * steps_; }
  std::size_t bytes() const { return cells_.capacity() * sizeof(double); }

 private:
  std::size_t steps_;
  std::vector<double> cells_;
};

class GroupBits {
 public:
  explicit GroupBits(std::size_t steps) : words_(words_for(steps)) {}
  void add_group() { bits_.resize(bits_.size() + words_); }
  std::uint64_t* of(std::size_t group) { return bits_.data() + group * words_; }
  std::size_t words() const { return words_; }
  std::size_t bytes() const { return bits_.capacity() * sizeof(std::uint64_t); }
  // The presence of a row joins the group's.
  void join_row(std::size_t group, const Batch& batch, std::size_t row) {
    std::uint64_t* bits = of(group);
    for (std::size_t w = 0; w < words_; ++w) bits[w] |= batch.present(row)[w];
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

// Which cells of a row are floats: all that are present, less the histograms. `scratch` holds the answer if needed.
const std::uint64_t* float_bits(const Batch& batch, std::size_t row, std::vector<std::uint64_t>& scratch);

}  // namespace sluice::promql
