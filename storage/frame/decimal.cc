#include "storage/frame/decimal.h"

namespace sluice::storage {
namespace {

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

bool is_exact(double value, unsigned k) {
  const double scaled = value * kPowersOfTen[k];
  if (!(std::fabs(scaled) < kIntegerLimit)) return false;
  return same_bits(to_double(round_to_integer(scaled)) / kPowersOfTen[k], value);
}

// Branch-free, so that it runs in lanes: true when every value is an integer.
bool all_integers(std::span<const double> values, std::int64_t* integers) {
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t raised = std::bit_cast<std::uint64_t>(values[i] + kMagic);
    const double back = std::bit_cast<double>(raised) - kMagic;
    integers[i] = static_cast<std::int64_t>(raised - kMagicBits);
    wrong |= std::bit_cast<std::uint64_t>(back) ^ std::bit_cast<std::uint64_t>(values[i]);
    wrong |= std::fabs(values[i]) < kIntegerLimit ? 0u : 1u;
  }
  return wrong == 0;
}

}  // namespace

std::optional<unsigned> to_integers(std::span<const double> values, unsigned k_max, std::int64_t* integers) {
  if (all_integers(values, integers)) return 0;
  unsigned k = 1;
  for (const double value : values) {
    while (!is_exact(value, k))
      if (++k > k_max) return std::nullopt;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_exact(values[i], k)) return std::nullopt;  // exact with a smaller k, too large with this one
    integers[i] = round_to_integer(values[i] * kPowersOfTen[k]);
  }
  return k;
}

void from_integers(const std::int64_t* integers, std::size_t count, unsigned k, double* values) {
  if (k == 0) {
    for (std::size_t i = 0; i < count; ++i) values[i] = to_double(integers[i]);
  } else {
    for (std::size_t i = 0; i < count; ++i) values[i] = to_double(integers[i]) / kPowersOfTen[k];
  }
}

}  // namespace sluice::storage
