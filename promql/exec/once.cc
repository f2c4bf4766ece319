#include "promql/exec/once.h"

#include <algorithm>

#include "promql/value/failure.h"

namespace sluice::promql {

Result<bool> Repeat::next(Batch& out) {
  const auto more = from_->next(single_);
  if (!more || !*more) return more;
  out.reset(steps_);
  for (std::size_t row = 0; row < single_.rows(); ++row) {
    if (!single_.has(row, 0)) continue;
    if (single_.labels(row).companion) return evaluation_failed("unexpected number of samples");
    const std::size_t to = out.add_row(single_.labels(row));
    if (single_.histogram(row, 0) != nullptr) {
      for (std::size_t step = 0; step < steps_; ++step) out.set_histogram(to, step, single_.histogram_ptr(row, 0));
    } else {
      std::fill_n(out.values(to), steps_, single_.values(row)[0]);
      set_all_bits(out.present(to), steps_);
    }
  }
  return true;
}

}  // namespace sluice::promql
