// Goal: for any bytes, the same outcome as the library's. Method: random blocks of every kind of element (short and
// long literals, all three copies, repeating patterns), whole, cut, and with a byte changed.
#include "proto/wire/snappy_block.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include <random>
#include <string>

namespace sluice::wire {
namespace {

class BlockWriter {
 public:
  explicit BlockWriter(std::uint32_t seed) : random_(seed) {}

  std::string block(std::size_t elements) {
    elements_.clear();
    size_ = 0;
    for (std::size_t i = 0; i < elements; ++i) add_element();
    std::string prefix;
    for (std::size_t rest = size_;; rest >>= 7) {
      prefix += static_cast<char>((rest & 0x7f) | (rest >= 0x80 ? 0x80 : 0));
      if (rest < 0x80) return prefix + elements_;
    }
  }
  std::size_t pick(std::size_t n) { return random_() % n; }

 private:
  void add_element() {
    const std::size_t kind = size_ == 0 ? 0 : pick(5);
    if (kind == 0) return add_literal(1 + pick(60));
    if (kind == 1) return add_literal(61 + pick(2000));
    const std::size_t furthest = kind == 2 ? 2047 : kind == 3 ? 65535 : 1 << 20;
    // Near ones too: patterns that repeat within a chunk.
    const std::size_t offset = 1 + pick(std::min(pick(3) == 0 ? 40 : furthest, size_));
    const std::size_t length = kind == 2 ? 4 + pick(8) : 1 + pick(64);
    add_copy(kind, offset, length);
  }
  void add_literal(std::size_t length) {
    if (length <= 60) {
      put((length - 1) << 2, 1);
    } else {
      const std::size_t bytes = length <= 256 ? 1 + pick(4) : 2 + pick(3);
      put((59 + bytes) << 2, 1);
      put(length - 1, bytes);
    }
    for (std::size_t i = 0; i < length; ++i) elements_ += static_cast<char>(random_());
    size_ += length;
  }
  void add_copy(std::size_t kind, std::size_t offset, std::size_t length) {
    if (kind == 2) {
      put(1 | (length - 4) << 2 | offset >> 8 << 5, 1);
      put(offset & 0xff, 1);
    } else {
      put((kind == 3 ? 2 : 3) | (length - 1) << 2, 1);
      put(offset, kind == 3 ? 2 : 4);
    }
    size_ += length;
  }
  void put(std::size_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) elements_ += static_cast<char>(number >> (8 * i));
  }

  std::mt19937 random_;
  std::string elements_;
  std::size_t size_ = 0;
};

void expect_the_librarys_outcome(const std::string& block) {
  std::size_t size = 0;
  ASSERT_TRUE(snappy::GetUncompressedLength(block.data(), block.size(), &size));
  ASSERT_LT(size, 1u << 24);
  std::string theirs(size, '\0'), ours(size + kSnappySlackBytes, '\0');
  const bool wanted = snappy::RawUncompress(block.data(), block.size(), theirs.data());
  ASSERT_EQ(uncompress_snappy(block, ours), wanted);
  if (!wanted) return;
  ours.resize(size);
  EXPECT_EQ(ours, theirs);
}

class RandomBlocks : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomBlocks, ComeOutAsFromTheLibrary) {
  BlockWriter writer(GetParam());
  for (int i = 0; i < 200; ++i) {
    SCOPED_TRACE(i);
    std::string block = writer.block(1 + writer.pick(300));
    expect_the_librarys_outcome(block);
    expect_the_librarys_outcome(block.substr(0, 5 + writer.pick(block.size())));
    block[5 + writer.pick(block.size()) % (block.size() - 4) - 1] ^= static_cast<char>(1 + writer.pick(255));
    expect_the_librarys_outcome(block);
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomBlocks, testing::Range(1U, 9U));

TEST(SnappyBlock, RefusesWhatClaimsTooLittleOrTooMuch) {
  std::string text(1000, 'a'), block;
  snappy::Compress(text.data(), text.size(), &block);
  for (const std::size_t claimed : {0u, 999u, 1001u, 5000u}) {
    std::string out(claimed + kSnappySlackBytes, '\0');
    EXPECT_FALSE(uncompress_snappy(block, out)) << claimed;
  }
}

}  // namespace
}  // namespace sluice::wire
