// For any text: no crash, and what parses prints to text that parses to the same again.
// Not covered: agreement with Prometheus (see parse_error_test.cc and printer_test.cc).
#include <cstdint>
#include <string_view>

#include "promql/syntax/parser.h"

namespace {

using namespace sluice::promql;

// Two texts of Prometheus do not print themselves again: `Inf` prints as `+Inf`, whose sign is an operator before ^,
// and milliseconds beyond 2^50 lose digits on their way through a double.
bool prints_unstably(std::string_view text) { return text.find("Inf") != text.npos || text.find(" @ ") != text.npos; }

void check(std::string_view text) {
  const auto expr = parse(text);
  if (!expr) return;
  const std::string canonical = canonical_text(**expr);
  const auto again = parse(canonical, {.text_bytes_max = 16 << 20, .depth_max = 1000});
  if (!again) __builtin_trap();
  if (!prints_unstably(canonical) && canonical_text(**again) != canonical) __builtin_trap();
  if (!parse(pretty_text(**expr), {.text_bytes_max = 64 << 20, .depth_max = 1000})) __builtin_trap();
  if (parse_query_json(**expr).empty()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  (void)parse_selector(text);
  (void)parse_metric(text);
  return 0;
}
