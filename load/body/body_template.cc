#include "load/body/body_template.h"

#include <snappy.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "load/mesh/signal.h"
#include "proto/base/check.h"

namespace sluice::load {
namespace {

// Snappy looks for matches within 64 KiB. Pieces that end between two series never split a sample.
constexpr std::size_t kPieceBytesMax = 60'000;
constexpr std::size_t kPieceSpotsMax = 200;  // fewer than there are bytes: see write_filler
constexpr int kFillerAttemptsMax = 10'000;   // each mends one sample; most pieces need none

using Spots = std::span<const std::size_t>;

// What surrounds a sample is the same in every series, so the first and the last byte of the filler must differ from
// all others of the piece: else they would prolong, or begin, a match.
void write_filler(std::size_t spot_index, std::uint64_t attempt, char* spot) {
  const std::uint64_t high = mix(spot_index, 2 * attempt), low = mix(spot_index, 2 * attempt + 1);
  std::memcpy(spot, &high, 8);
  std::memcpy(spot + 8, &low, kSpotBytes - 8);
  spot[0] = spot[kSpotBytes - 1] = static_cast<char>(spot_index + attempt * kPieceSpotsMax);
}

// Compressed bytes of one piece without snappy's length prefix.
std::string compress_piece(std::string_view piece) {
  std::string with_length;
  snappy::Compress(piece.data(), piece.size(), &with_length);
  std::string prefix;
  append_varint(piece.size(), prefix);
  return with_length.substr(prefix.size());
}

struct Element {  // of a snappy stream: a literal, or a copy of earlier output
  bool literal = false;
  std::size_t length = 0;
  std::size_t offset = 0;  // copies: how far back
  std::size_t header = 0;  // bytes before the literal's text, or of the whole copy
};

std::size_t little_endian(const std::uint8_t* p, std::size_t bytes) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value |= std::size_t{p[i]} << (8 * i);
  return value;
}

// docs: snappy's format_description.txt. The stream is our own, so it is not checked.
Element element_at(const std::uint8_t* p) {
  const std::size_t upper = *p >> 2;
  switch (*p & 3) {
    case 0: {
      const std::size_t extra = upper < 60 ? 0 : upper - 59;
      return {true, (extra == 0 ? upper : little_endian(p + 1, extra)) + 1, 0, 1 + extra};
    }
    case 1: return {false, (upper & 7) + 4, (std::size_t{*p} >> 5) << 8 | p[1], 2};
    case 2: return {false, upper + 1, little_endian(p + 1, 2), 3};
    default: return {false, upper + 1, little_endian(p + 1, 4), 5};
  }
}

// The first spot that shares a byte with [begin, end).
std::optional<std::size_t> touched_spot(Spots spots, std::size_t begin, std::size_t end) {
  const auto ends_before = [](std::size_t spot, std::size_t at) { return spot + kSpotBytes <= at; };
  const auto next = std::lower_bound(spots.begin(), spots.end(), begin, ends_before);
  if (next == spots.end() || *next >= end) return std::nullopt;
  return static_cast<std::size_t>(next - spots.begin());
}

struct Located {
  std::vector<std::size_t> places;           // of each spot in the compressed piece
  std::optional<std::size_t> eaten_by_copy;  // this spot is no literal: its filler must change
};

Located locate(const std::string& compressed, Spots spots) {
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(compressed.data());
  Located located;
  std::size_t plain = 0;
  for (std::size_t at = 0; at < compressed.size() && !located.eaten_by_copy;) {
    const Element e = element_at(begin + at);
    if (e.literal) {
      std::vector<std::size_t>& places = located.places;
      while (places.size() < spots.size() && spots[places.size()] < plain + e.length)
        places.push_back(at + e.header + spots[places.size()] - plain);
    } else {
      located.eaten_by_copy = touched_spot(spots, plain, plain + e.length);
      const std::size_t source = plain - e.offset;
      if (!located.eaten_by_copy)
        located.eaten_by_copy = touched_spot(spots, source, source + std::min(e.length, e.offset));
    }
    at += e.header + (e.literal ? e.length : 0);
    plain += e.length;
  }
  return located;
}

struct CompressedPiece {
  std::string bytes;
  std::vector<std::size_t> places;
};

// Now and then the last byte before a sample's filler starts a match that runs into it: that sample gets other filler.
CompressedPiece compress_with_filler(std::string piece, Spots spots) {
  for (std::size_t i = 0; i < spots.size(); ++i) write_filler(i, 0, piece.data() + spots[i]);
  for (std::uint64_t attempt = 1;; ++attempt) {
    CHECK(attempt < kFillerAttemptsMax);
    std::string compressed = compress_piece(piece);
    Located located = locate(compressed, spots);
    if (!located.eaten_by_copy) return {std::move(compressed), std::move(located.places)};
    write_filler(*located.eaten_by_copy, attempt, piece.data() + spots[*located.eaten_by_copy]);
  }
}

}  // namespace

void BodyTemplate::fill(std::size_t sample, double value, const char* six_timestamp_bytes, std::string& body) const {
  char* const spot = body.data() + spots_[sample];
  std::memcpy(spot, &value, sizeof(value));
  spot[8] = 0x10;
  std::memcpy(spot + kSpotTimestampOffset, six_timestamp_bytes, 6);
}

void BodyBuilder::add(std::span<const LabelRef> labels, MetricType type) {
  spots_.push_back(protocol_ == Protocol::remote_write_1 ? append_series_v1(labels, series_)
                                                         : append_series_v2(labels, type, symbols_, series_));
  ends_.push_back(series_.size());
}

BodyTemplate BodyBuilder::build() {
  std::string head;
  if (protocol_ == Protocol::remote_write_2) symbols_.append_to(head);
  BodyTemplate result;
  result.message_bytes_ = head.size() + series_.size();
  append_varint(result.message_bytes_, result.bytes_);
  for (std::size_t at = 0; at < head.size(); at += kPieceBytesMax)
    result.bytes_ += compress_piece(std::string_view(head).substr(at, kPieceBytesMax));
  for (std::size_t first = 0; first < ends_.size();) {
    const std::size_t last = piece_end(first);
    append_piece(first, last, result);
    first = last;
  }
  return result;
}

// One past the last series of the piece that starts with series `first`.
std::size_t BodyBuilder::piece_end(std::size_t first) const {
  std::size_t last = first + 1;
  while (last < ends_.size() && last - first < kPieceSpotsMax && ends_[last] - begin_of(first) <= kPieceBytesMax)
    ++last;
  return last;
}

void BodyBuilder::append_piece(std::size_t first, std::size_t last, BodyTemplate& result) const {
  const std::size_t begin = begin_of(first);
  std::vector<std::size_t> spots;
  for (std::size_t i = first; i < last; ++i) spots.push_back(spots_[i] - begin);
  const auto [compressed, places] = compress_with_filler(series_.substr(begin, ends_[last - 1] - begin), spots);
  for (const std::size_t place : places)
    result.spots_.push_back(static_cast<std::uint32_t>(result.bytes_.size() + place));
  result.bytes_ += compressed;
}

std::string snappy_block(std::string_view message) {
  std::string block;
  snappy::Compress(message.data(), message.size(), &block);
  return block;
}

}  // namespace sluice::load
