#include "promql/exec/natural_order.h"

#include <algorithm>

namespace sluice::promql {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view leading_digits(std::string_view text) {
  return text.substr(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), digit) - text.begin()));
}

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.size(), digits.find_first_not_of('0')));
}

}  // namespace

// Chunks of digits compare as numbers; of equal numbers the one with fewer leading zeros comes first.
bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (!digit(a[0]) || !digit(b[0])) {
      if (a[0] != b[0]) return static_cast<unsigned char>(a[0]) < static_cast<unsigned char>(b[0]);
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    const std::string_view run_a = leading_digits(a), run_b = leading_digits(b);
    const std::string_view x = without_zeros(run_a), y = without_zeros(run_b);
    if (x.size() != y.size()) return x.size() < y.size();
    if (const int c = x.compare(y)) return c < 0;
    if (run_a.size() != run_b.size()) return run_a.size() < run_b.size();
    a.remove_prefix(run_a.size());
    b.remove_prefix(run_b.size());
  }
  return a.size() < b.size();
}

}  // namespace sluice::promql
