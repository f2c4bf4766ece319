// promql/exec/histogram_functions.h
//
// Room: promql/exec. histogram_quantile, histogram_fraction and histogram_quantiles: classic buckets are gathered by
// all labels but `le`; native histograms stand for themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "promql/exec/operator.h"
#include "promql/histogram/classic.h"

namespace sluice::promql {

struct HistogramQuestion {
  // One result row per output: its label (histogram_quantiles) and its arguments, one value per step.
  struct Output {
    std::string label_value;
    std::vector<double> first, second;  // q; or lower and upper
    std::int32_t position = 0;          // of q
  };
  bool fraction = false;
  std::optional<std::string> label;  // of histogram_quantiles
  std::vector<Output> outputs;
  StepGrid grid;
  std::int32_t vector_position = 0;
};

class HistogramFunction final : public TableOperator {
 public:
  HistogramFunction(QueryContext& context, VectorOperatorPtr from, HistogramQuestion question)
      : TableOperator(context), from_(std::move(from)), question_(std::move(question)) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  struct Bucket {
    double upper_bound;
    std::uint32_t row;
  };
  struct Group {
    std::vector<Bucket> buckets;         // sorted by bound
    std::vector<std::uint32_t> natives;  // rows with histograms
    std::vector<std::uint64_t> mixed;    // steps at which both kinds have a sample
    Drop drop = Drop::none;
  };
  void warn_arguments();
  void gather(const Batch& rows);
  void add_classic(Group& group, const Batch& rows, std::uint32_t row);
  void find_mixed(Group& group, const Batch& rows);
  SeriesLabels output_labels(std::size_t group, const HistogramQuestion::Output& output);
  void answer_classic(std::size_t group, const Batch& rows, Batch& table);
  void answer_classic_step(std::vector<ClassicBucket>& buckets, std::size_t step, Batch& table, std::size_t first_row);
  void answer_native(std::size_t group, const Batch& rows, Batch& table);
  void answer_native_step(const HistogramQuestion::Output& output, const Histogram& histogram, std::size_t step,
                          Batch& table, std::size_t row);
  void note_repair(const ClassicQuantile& quantile, const SeriesLabels& labels, std::int64_t time_ms);
  std::string name_suffix(const SeriesLabels& labels) const;

  const VectorOperatorPtr from_;
  const HistogramQuestion question_;
  KeyTable keys_;
  std::vector<Group> groups_;
};

}  // namespace sluice::promql
