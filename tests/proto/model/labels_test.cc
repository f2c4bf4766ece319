#include "proto/model/labels.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Labels, SortsDropsEmptyAndLetsTheLastDuplicateWin) {
  const Labels labels = Labels::sorted({{"b", "1"}, {"a", ""}, {"c", "x"}, {"b", "2"}});
  EXPECT_EQ(labels.text(), "{b=\"2\", c=\"x\"}");
  EXPECT_EQ(labels.get("a"), "");
}

TEST(Labels, QuotesAsGoDoes) {
  EXPECT_EQ(go_quoted("a\"\\\n\x01\xff\u00e9"), "\"a\\\"\\\\\\n\\x01\\xff\u00e9\"");
  EXPECT_EQ(Labels::sorted({{"a.b", "v"}}).text(), "{\"a.b\"=\"v\"}");
}

TEST(Labels, KnowsUtf8) {
  EXPECT_TRUE(is_valid_utf8("\xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\xc0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xe2\x82"));
}

}  // namespace
}  // namespace sluice
