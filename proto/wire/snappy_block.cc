#include "proto/wire/snappy_block.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace sluice::wire {
namespace {

constexpr std::size_t kChunkBytes = 32;        // copied at once
constexpr std::size_t kElementBytesMax = 64;   // of a copy, and of a literal whose length stands in its tag
constexpr std::size_t kShortLiteralMax = 60;   // longer ones have their length behind the tag
constexpr std::size_t kTagAndOffsetBytes = 5;  // at most
static_assert(kSnappySlackBytes >= kElementBytesMax && 2 * kChunkBytes == kElementBytesMax);

enum Kind : unsigned { literal = 0, copy_1 = 1, copy_2 = 2, copy_4 = 3 };  // the two low bits of a tag
Kind kind_of(unsigned tag) { return static_cast<Kind>(tag & 3); }

unsigned byte_at(const char* p) { return static_cast<unsigned char>(*p); }

std::size_t long_length(unsigned tag) { return (tag >> 2) + 1; }       // of literals, copy_2 and copy_4
std::size_t short_length(unsigned tag) { return 4 + (tag >> 2 & 7); }  // of copy_1
std::size_t high_offset(unsigned tag) { return tag >> 5 << 8; }        // of copy_1

// A load and a store, unaligned: through a vector the compilers see that. The library's memmove is a call, and an array
// of char as the local stays on the stack.
using Chunk = char __attribute__((vector_size(kChunkBytes)));
void copy_chunk(char* to, const char* from) {
  Chunk chunk;
  std::memcpy(&chunk, from, kChunkBytes);
  std::memcpy(to, &chunk, kChunkBytes);
}

void copy_element(char* to, const char* from, std::size_t length) {
  copy_chunk(to, from);
  if (length > kChunkBytes) copy_chunk(to + kChunkBytes, from + kChunkBytes);
}

class BlockReader {
 public:
  BlockReader(std::string_view elements, std::span<char> out, std::size_t size)
      : in_(elements.data()),
        in_end_(in_ + elements.size()),
        begin_(out.data()),
        out_(begin_),
        out_end_(begin_ + size) {}

  bool run() {
    for (;;) {
      run_fast();
      if (in_ == in_end_) return out_ == out_end_;
      if (!read_carefully()) return false;
    }
  }

 private:
  std::size_t left() const { return static_cast<std::size_t>(in_end_ - in_); }
  std::size_t room() const { return static_cast<std::size_t>(out_end_ - out_); }

  // Elements of up to 64 bytes, far from the end of the input, whose source lies a chunk or more behind: nearly all of
  // them. The kinds are told apart by branches on purpose: what compresses well is long runs of one kind, so the
  // processor guesses where the next tag is instead of waiting for this one.
  void run_fast() {
    while (left() > kTagAndOffsetBytes + kElementBytesMax) {
      const unsigned tag = byte_at(in_);
      bool done = false;
      if (kind_of(tag) == copy_2) {
        done = copy_fast(byte_at(in_ + 1) | byte_at(in_ + 2) << 8, long_length(tag), 3);
      } else if (kind_of(tag) == literal) {
        done = literal_fast(long_length(tag));
      } else if (kind_of(tag) == copy_1) {
        done = copy_fast(high_offset(tag) | byte_at(in_ + 1), short_length(tag), 2);
      }
      if (!done) return;
    }
  }

  bool copy_fast(std::size_t offset, std::size_t length, std::size_t element_bytes) {
    if (offset < kChunkBytes || offset > static_cast<std::size_t>(out_ - begin_) || length > room()) return false;
    copy_element(out_, out_ - offset, length);
    in_ += element_bytes;
    out_ += length;
    return true;
  }

  bool literal_fast(std::size_t length) {
    if (length > kShortLiteralMax || length > room()) return false;
    copy_element(out_, in_ + 1, length);
    in_ += 1 + length;
    out_ += length;
    return true;
  }

  // One element, every byte of it checked.
  bool read_carefully() {
    const unsigned tag = byte_at(in_);
    ++in_;
    std::uint64_t offset = 0;
    switch (kind_of(tag)) {
      case literal: return read_literal(long_length(tag));
      case copy_1: return read_number(1, offset) && copy_back(high_offset(tag) | offset, short_length(tag));
      case copy_2: return read_number(2, offset) && copy_back(offset, long_length(tag));
      case copy_4: return read_number(4, offset) && copy_back(offset, long_length(tag));
    }
    return false;
  }

  // A length of 61 to 64 says that the true one, less one, stands in the next 1 to 4 bytes.
  bool read_literal(std::uint64_t length) {
    if (length > kShortLiteralMax) {
      std::uint64_t less_one = 0;
      if (!read_number(length - kShortLiteralMax, less_one)) return false;
      length = static_cast<std::uint32_t>(less_one + 1);  // of 2^32 nothing is left, as in the library
    }
    if (length > left() || length > room()) return false;
    std::memcpy(out_, in_, length);
    in_ += length;
    out_ += length;
    return true;
  }

  // The source may overlap what is written: then the bytes in between repeat.
  bool copy_back(std::uint64_t offset, std::size_t length) {
    if (offset == 0 || offset > static_cast<std::size_t>(out_ - begin_) || length > room()) return false;
    for (std::size_t i = 0; i < length; ++i) out_[i] = (out_ - offset)[i];
    out_ += length;
    return true;
  }

  bool read_number(std::size_t bytes, std::uint64_t& number) {
    if (bytes > left()) return false;
    for (std::size_t i = 0; i < bytes; ++i) number |= std::uint64_t{byte_at(in_ + i)} << (8 * i);
    in_ += bytes;
    return true;
  }

  const char* in_;
  const char* const in_end_;
  char* const begin_;
  char* out_;
  char* const out_end_;
};

// The length prefix is a varint of at most five bytes; whoever calls has read it already.
std::string_view behind_prefix(std::string_view block) {
  std::size_t bytes = 0;
  while (bytes < block.size() && byte_at(block.data() + bytes) >= 0x80) ++bytes;
  return block.substr(std::min(bytes + 1, block.size()));
}

}  // namespace

bool uncompress_snappy(std::string_view block, std::span<char> out) {
  return BlockReader(behind_prefix(block), out, out.size() - kSnappySlackBytes).run();
}

}  // namespace sluice::wire
