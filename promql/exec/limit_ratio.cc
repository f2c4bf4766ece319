// limit_ratio: a series stays when the hash of its labels falls into the asked part of all hashes.
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "promql/exec/ranking.h"
#include "promql/value/failure.h"
#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

void append_sized(std::string& out, std::string_view text) {
  if (text.size() < 255) {
    out += static_cast<char>(text.size());
  } else {
    out += '\xff';
    for (const int shift : {0, 8, 16}) out += static_cast<char>(text.size() >> shift);
  }
  out += text;
}

// Prometheus's own encoding and hash: other ones would keep other series.
double share(const Labels& labels) {
  std::string encoded;
  for (const Label& label : labels.all()) {
    append_sized(encoded, label.name);
    append_sized(encoded, label.value);
  }
  return static_cast<double>(XXH64(encoded.data(), encoded.size(), 0)) /
         static_cast<double>(std::numeric_limits<std::uint64_t>::max());
}

bool stays(double share, double ratio) { return ratio >= 0 ? share < ratio : share >= 1 + ratio; }

}  // namespace

Result<void> LimitRatio::check_ratios() {
  const bool all_zero = std::all_of(call_.parameter.begin(), call_.parameter.end(), [](double r) { return r == 0; });
  if (all_zero) return {};
  for (double& ratio : call_.parameter) {
    if (std::isnan(ratio)) return evaluation_failed("Ratio value is NaN");
    const double capped = std::clamp(ratio, -1.0, 1.0);
    if (capped != ratio)
      call_.context.annotations().warn("ratio value should be between -1 and 1, got " + general_number(ratio) +
                                           ", capping to " + general_number(capped),
                                       call_.parameter_position);
    ratio = capped;
  }
  return {};
}

Result<bool> LimitRatio::next(Batch& out) {
  if (!checked_) {
    if (auto done = check_ratios(); !done) return tl::unexpected(done.error());
    checked_ = true;
  }
  const auto more = from_->next(out);
  if (!more || !*more) return more;
  for (std::size_t row = 0; row < out.rows(); ++row) {
    const double of_row = share(call_.context.labels().text_of(out.labels(row)));
    for_each_bit(out.present(row), out.words(), [&](std::size_t step) {
      if (call_.parameter[step] == 0 || !stays(of_row, call_.parameter[step])) out.erase(row, step);
    });
  }
  return true;
}

}  // namespace sluice::promql
