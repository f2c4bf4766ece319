// Goal: Go's order of equals. Method: what slices.SortFunc of Go 1.26 made of the same numbers.
#include "promql/gomath/sort.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace sluice::promql::go {
namespace {

template <class Less>
std::vector<int> sorted(int count, Less less) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  go::sort(std::span(numbers), less);
  return numbers;
}

TEST(GoSort, LeavesFewEqualsInTheirOrder) {
  EXPECT_EQ(sorted(6, [](int a, int b) { return a / 3 > b / 3; }), (std::vector<int>{3, 4, 5, 0, 1, 2}));
}

TEST(GoSort, PutsManyEqualsInGosOrder) {
  const auto key = [](int i) { return i * 7 % 5; };
  EXPECT_EQ(sorted(40, [&](int a, int b) { return key(a) < key(b); }),
            (std::vector<int>{20, 10, 35, 30, 0,  5,  25, 15, 28, 3,  8, 38, 33, 13, 18, 23, 26, 11, 1,  36,
                              6,  21, 16, 31, 34, 14, 24, 39, 19, 29, 9, 4,  7,  12, 22, 2,  32, 37, 17, 27}));
}

TEST(GoSort, TurnsWhatFallsAround) {
  EXPECT_EQ(sorted(16, [](int a, int b) { return b / 2 < a / 2; }),
            (std::vector<int>{15, 14, 13, 12, 10, 11, 8, 9, 7, 6, 5, 4, 3, 2, 0, 1}));
}

TEST(GoSort, EndsWhereAnOrderContradictsItself) {
  const auto key = [](int i) { return i % 4 == 0 ? -1 : i * 7 % 5; };
  const auto less = [&](int a, int b) { return (key(a) < 0) == (key(b) < 0) && key(a) < key(b); };
  EXPECT_EQ(sorted(20, less), (std::vector<int>{10, 5, 15, 13, 0, 3, 6, 7, 9, 1, 12, 11, 4, 8, 14, 2, 16, 17, 18, 19}));
}

}  // namespace
}  // namespace sluice::promql::go
