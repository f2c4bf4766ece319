#include "promql/exec/binary_scalar.h"

#include <type_traits>

namespace sluice::promql {

void BinaryScalar::transform(Batch& rows) {
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (drops_name(spec_.op) || spec_.return_bool) rows.labels(row).drop = Drop::metadata;
    if (!rows.has_histograms() && !trims(spec_.op))
      apply_floats(rows, row);
    else
      apply_cells(rows, row);
  }
}

void BinaryScalar::apply_floats(Batch& batch, std::size_t row) const {
  double* values = batch.values(row);
  with_float_operation(spec_.op, [&](auto f) {
    using Value = std::decay_t<decltype(f(0.0, 0.0))>;
    const auto at = [&](std::size_t step) {
      return spec_.scalar_left ? f(scalar_[step], values[step]) : f(values[step], scalar_[step]);
    };
    if constexpr (std::is_same_v<Value, bool>) {
      for_each_bit(batch.present(row), batch.words(), [&](std::size_t step) {
        const bool holds = at(step);
        if (spec_.return_bool)
          values[step] = holds ? 1 : 0;
        else if (!holds)
          batch.erase(row, step);
      });
    } else {
      for (std::size_t step = 0; step < batch.steps(); ++step) values[step] = at(step);
    }
  });
}

void BinaryScalar::apply_cells(Batch& batch, std::size_t row) const {
  for (std::size_t step = 0; step < batch.steps(); ++step) {
    if (!batch.has(row, step)) continue;
    const Operand vector{batch.values(row)[step], batch.histogram_ptr(row, step)};
    const Operand scalar{scalar_[step], nullptr};
    auto result = spec_.scalar_left ? operate(spec_.op, scalar, vector, context_.annotations(), spec_.position)
                                    : operate(spec_.op, vector, scalar, context_.annotations(), spec_.position);
    if (spec_.return_bool && result.valid) {
      batch.set_float(row, step, result.keep ? 1 : 0);
    } else if (!result.keep) {
      batch.erase(row, step);
    } else if (is_comparison(spec_.op)) {
      continue;  // the vector's own sample stays, whichever side it is on
    } else if (result.cell.histogram != nullptr) {
      batch.set_histogram(row, step, std::move(result.cell.histogram));
    } else {
      batch.set_float(row, step, result.cell.value);
    }
  }
}

}  // namespace sluice::promql
