// promql/value/batch.h
//
// Room: promql/value. What operators hand to one another: some series, each over all steps of the evaluation.
// A cell is absent, a float or a histogram. Values lie row by row; presence is a bitmap per row; the histogram column
// does not exist until the first histogram is written, so float queries never pay for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "promql/value/bits.h"
#include "proto/model/histogram.h"
#include "proto/model/labels.h"

namespace sluice::promql {

using HistogramPtr = std::shared_ptr<const Histogram>;

// Which labels of a row have been lost on the way. They are still in `view`: whoever looks at labels goes through
// LabelRules (label_set.h), which knows whether this evaluation removes them at once or at its end.
enum class Drop : std::uint8_t { none, name, metadata };

struct SeriesLabels {
  LabelsView view;
  Drop drop = Drop::none;
  // The histograms of a series at steps where the row before has its floats: exec/series_merge.h.
  bool companion = false;
};

class Batch {
 public:
  void reset(std::size_t steps);                    // no rows
  std::size_t add_row(const SeriesLabels& labels);  // absent at every step
  void remove_last_row();

  std::size_t steps() const { return steps_; }
  std::size_t words() const { return words_; }
  std::size_t rows() const { return labels_.size(); }
  bool empty() const { return labels_.empty(); }

  SeriesLabels& labels(std::size_t row) { return labels_[row]; }
  const SeriesLabels& labels(std::size_t row) const { return labels_[row]; }
  double* values(std::size_t row) { return values_.data() + row * steps_; }
  const double* values(std::size_t row) const { return values_.data() + row * steps_; }
  std::uint64_t* present(std::size_t row) { return present_.data() + row * words_; }
  const std::uint64_t* present(std::size_t row) const { return present_.data() + row * words_; }

  bool has(std::size_t row, std::size_t step) const { return test_bit(present(row), step); }
  bool row_empty(std::size_t row) const { return !any_bit(present(row), words_); }
  bool has_companions() const;
  bool has_histograms() const { return !histograms_.empty(); }
  // nullptr: a float, or absent.
  const Histogram* histogram(std::size_t row, std::size_t step) const {
    return histograms_.empty() ? nullptr : histograms_[row * steps_ + step].get();
  }
  const HistogramPtr& histogram_ptr(std::size_t row, std::size_t step) const;

  void set_float(std::size_t row, std::size_t step, double value) {
    values(row)[step] = value;
    set_bit(present(row), step);
    if (!histograms_.empty()) histograms_[row * steps_ + step].reset();
  }
  void set_histogram(std::size_t row, std::size_t step, HistogramPtr histogram);
  void erase(std::size_t row, std::size_t step);
  void copy_cell(std::size_t row, std::size_t step, const Batch& from, std::size_t from_row, std::size_t from_step);
  void append_row_of(const Batch& from, std::size_t row);  // same number of steps

  std::size_t sample_count() const { return count_bits(present_.data(), present_.size()); }
  std::size_t bytes() const;  // of the columns, without what histograms point to

 private:
  void want_histograms() { histograms_.resize(rows() * steps_); }

  std::size_t steps_ = 0, words_ = 0;
  std::vector<SeriesLabels> labels_;
  std::vector<double> values_;
  std::vector<std::uint64_t> present_;
  std::vector<HistogramPtr> histograms_;  // empty, or one per cell
};

}  // namespace sluice::promql
