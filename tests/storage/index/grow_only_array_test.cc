#include "storage/index/grow_only_array.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::storage {
namespace {

TEST(GrowOnlyArray, KeepsValuesAndAddressesWhileItGrows) {
  GrowOnlyArray<int, 4> array;
  std::vector<const int*> addresses;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(array.push(i), static_cast<std::uint32_t>(i));
    addresses.push_back(&array[static_cast<std::uint32_t>(i)]);
  }
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(array[static_cast<std::uint32_t>(i)], i);
    EXPECT_EQ(&array[static_cast<std::uint32_t>(i)], addresses[static_cast<std::size_t>(i)]);
  }
}

TEST(GrowOnlyArray, PushTogetherLeavesNoSeamInside) {
  GrowOnlyArray<int, 8> array;
  std::vector<std::uint32_t> firsts;
  for (int i = 0; i < 200; ++i) {
    const std::vector<int> values(static_cast<std::size_t>(i % 8), i);
    firsts.push_back(array.push_together(values));
  }
  for (int i = 0; i < 200; ++i) {
    const std::size_t count = static_cast<std::size_t>(i % 8);
    if (count == 0) continue;
    const int* at = &array[firsts[static_cast<std::size_t>(i)]];
    for (std::size_t j = 0; j < count; ++j) EXPECT_EQ(at[j], i);
  }
}

}  // namespace
}  // namespace sluice::storage
