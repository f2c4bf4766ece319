#include "promql/exec/cell_function.h"

#include "promql/histogram/float_histogram.h"

namespace sluice::promql {

CellFunction::CellFunction(VectorOperatorPtr from, const VectorFunction& function,
                           std::vector<std::vector<double>> arguments, std::size_t steps)
    : RowTransform(std::move(from)),
      function_(function),
      argument_count_(arguments.size()),
      skipped_(words_for(steps)) {
  arguments_.reserve(steps * argument_count_);
  for (std::size_t step = 0; step < steps; ++step) {
    for (const auto& argument : arguments) arguments_.push_back(argument[step]);
    const std::span<const double> here(arguments_.data() + step * argument_count_, argument_count_);
    if (function_.skip_step != nullptr && function_.skip_step(here)) {
      set_bit(skipped_.data(), step);
      any_skipped_ = true;
    }
  }
}

void CellFunction::transform(Batch& rows) {
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    rows.labels(row).drop = join(rows.labels(row).drop, function_.drop);
    apply(rows, row);
  }
}

void CellFunction::apply(Batch& batch, std::size_t row) const {
  for_each_bit(batch.present(row), batch.words(), [&](std::size_t step) {
    const std::span<const double> here(arguments_.data() + step * argument_count_, argument_count_);
    const Histogram* histogram = batch.histogram(row, step);
    const bool answers = histogram != nullptr ? function_.on_histogram != nullptr : function_.on_float != nullptr;
    if (!answers || (any_skipped_ && test_bit(skipped_.data(), step))) {
      batch.erase(row, step);
    } else if (histogram != nullptr) {
      batch.set_float(row, step, function_.on_histogram(*histogram));
    } else {
      double& value = batch.values(row)[step];
      value = function_.on_float(value, here);
    }
  });
}

void Negation::transform(Batch& rows) {
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    rows.labels(row).drop = Drop::metadata;
    for (std::size_t step = 0; step < rows.steps(); ++step) {
      rows.values(row)[step] = -rows.values(row)[step];
      if (const Histogram* histogram = rows.histogram(row, step)) {
        auto negated = std::make_shared<Histogram>(*histogram);
        scale(*negated, -1);
        rows.set_histogram(row, step, std::move(negated));
      }
    }
  }
}

}  // namespace sluice::promql
