#include "promql/exec/cell_function.h"

#include "promql/histogram/float_histogram.h"

namespace sluice::promql {

CellFunction::CellFunction(VectorOperatorPtr from, const VectorFunction& function,
                           std::vector<std::vector<double>> arguments, std::size_t steps)
    : from_(std::move(from)), function_(function), argument_count_(arguments.size()), skipped_(words_for(steps)) {
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

Result<bool> CellFunction::next(Batch& out) {
  const auto more = from_->next(out);
  if (!more || !*more) return more;
  for (std::size_t row = 0; row < out.rows(); ++row) {
    out.labels(row).drop = join(out.labels(row).drop, function_.drop);
    apply(out, row);
  }
  return true;
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

Result<bool> Negation::next(Batch& out) {
  const auto more = from_->next(out);
  if (!more || !*more) return more;
  for (std::size_t row = 0; row < out.rows(); ++row) {
    out.labels(row).drop = Drop::metadata;
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.values(row)[step] = -out.values(row)[step];
      if (const Histogram* histogram = out.histogram(row, step)) {
        auto negated = std::make_shared<Histogram>(*histogram);
        scale(*negated, -1);
        out.set_histogram(row, step, std::move(negated));
      }
    }
  }
  return true;
}

}  // namespace sluice::promql
