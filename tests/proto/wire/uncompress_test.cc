#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/wire/encode.h"
#include "proto/wire/write_batch.h"

namespace sluice::wire {
namespace {

std::string snappy_of(std::string_view text) {
  std::string compressed;
  compress(text, compressed);
  return compressed;
}

TEST(Uncompress, GivesBackWhatWasCompressed) {
  std::string scratch;
  const std::string text(100'000, 'x');
  EXPECT_EQ(uncompress(snappy_of(text), 1 << 20, scratch).value(), text);
  EXPECT_EQ(uncompress(snappy_of("short"), 1 << 20, scratch).value(), "short") << "with a scratch that was larger";
  EXPECT_EQ(uncompress(snappy_of(""), 1 << 20, scratch).value(), "");
}

struct Refusal {
  std::string name, body;
  Errc expected;
  std::string detail;
};
class UncompressRefuses : public testing::TestWithParam<Refusal> {};
TEST_P(UncompressRefuses, AndSaysWhy) {
  std::string scratch;
  const auto message = uncompress(GetParam().body, 1024, scratch);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().code(), GetParam().expected);
  EXPECT_THAT(message.error().detail(), testing::HasSubstr(GetParam().detail));
  EXPECT_LE(scratch.size(), 1024u) << "the claimed size is compared before it is believed";
}

const Refusal kRefusals[] = {
    {"EmptyBody", "", Errc::invalid_argument, "snappy"},
    {"NotSnappy", "\xff\xff\xff\xff\xff\xff", Errc::invalid_argument, "snappy"},
    {"Truncated", snappy_of(std::string(500, 'a') + "bcdefgh").substr(0, 12), Errc::invalid_argument, "corrupt"},
    {"Bomb", snappy_of(std::string(1 << 20, '\0')), Errc::too_large, "decoded size exceeds the 1024 bytes limit"},
    {"OneByteOver", snappy_of(std::string(1025, 'a')), Errc::too_large, "1024"},
};
INSTANTIATE_TEST_SUITE_P(Bodies, UncompressRefuses, testing::ValuesIn(kRefusals),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::wire
