// Reads what tests/oracle/gomath writes (per function a line "NAME ARGUMENTS COUNT", then COUNT records of ARGUMENTS +
// 1 little-endian doubles, the answer last) and says how many of our answers have other bits. Run by its `check`.
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <string>

#include "tests/promql/gomath/functions.h"

namespace sluice::promql::go {
namespace {

constexpr int kShownMax = 5;  // of each function

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

double read_double() {
  double value = 0;
  if (!std::cin.read(reinterpret_cast<char*>(&value), sizeof value)) throw std::runtime_error("records end too early");
  return value;
}

std::uint64_t differences(const Function& function, std::uint64_t count) {
  std::uint64_t different = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double x = read_double(), y = function.of_two ? read_double() : 0, theirs = read_double();
    const double ours = function.of_two ? function.of_two(x, y) : function.of_one(x);
    if (!same(ours, theirs) && ++different <= kShownMax)
      std::printf("  (%a, %a): %a, Go says %a\n", x, y, ours, theirs);
  }
  return different;
}

int check_all() {
  std::uint64_t checked = 0, different = 0;
  std::string name;
  int arguments = 0;
  std::uint64_t count = 0;
  while (std::cin >> name >> arguments >> count) {
    std::cin.get();  // the end of the line
    const Function* function = find_function(name);
    if (function == nullptr || (function->of_two != nullptr) != (arguments == 2))
      throw std::runtime_error("no such function here: " + name);
    const std::uint64_t here = differences(*function, count);
    std::printf("%-6s %" PRIu64 " of %" PRIu64 " differ\n", name.c_str(), here, count);
    checked += count;
    different += here;
  }
  std::printf("%" PRIu64 " answers, %" PRIu64 " differ\n", checked, different);
  return checked == 0 || different != 0;
}

}  // namespace
}  // namespace sluice::promql::go

int main() {
  try {
    return sluice::promql::go::check_all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
