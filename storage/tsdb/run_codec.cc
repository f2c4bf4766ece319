#include "storage/tsdb/run_codec.h"

#include <xxhash.h>

#include <algorithm>
#include <random>

#include "proto/model/sample.h"
#include "storage/disk/bytes.h"
#include "storage/frame/float_codec.h"
#include "storage/frame/timestamp_codec.h"

namespace sluice::storage {

namespace {

constexpr std::uint8_t kHasStale = 1, kHasHistograms = 2, kHasStarts = 4;
constexpr std::uint64_t kTimelineSamplesMax = 1u << 26;  // of one series in one block: 18 hours at a millisecond each

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

void Extent::add(const SeriesColumns& columns) {
  Extent one;
  one.samples = columns.values.size() + columns.histograms.size();
  const auto widen = [&one](std::int64_t first_ms, std::int64_t last_ms) {
    one.min_ms = std::min(one.min_ms, first_ms);
    one.max_ms = std::max(one.max_ms, last_ms);
  };
  if (!columns.timestamps_ms.empty()) widen(columns.timestamps_ms.front(), columns.timestamps_ms.back());
  if (!columns.histograms.empty()) {
    widen(columns.histograms.front().timestamp_ms, columns.histograms.back().timestamp_ms);
  }
  add(one);
}

void Extent::add(const Extent& other) {
  samples += other.samples;
  min_ms = std::min(min_ms, other.min_ms);
  max_ms = std::max(max_ms, other.max_ms);
}

TimelineTable::TimelineTable() : seed_(random_seed()) {}

std::uint32_t TimelineTable::id_of(std::span<const std::int64_t> timestamps_ms) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(timestamps_ms.data(), timestamps_ms.size_bytes(), seed_);
  const auto [at, added] = ids_.try_emplace({hash.low64, hash.high64}, size());
  if (!added) return at->second;
  std::string encoded;
  encode_timestamps(timestamps_ms, encoded);
  put_varint(bytes_, timestamps_ms.size());
  put_text(bytes_, encoded);
  ends_.push_back(bytes_.size());
  return at->second;
}

std::string_view TimelineTable::encoded(std::uint32_t id) const {
  const std::size_t begin = id == 0 ? 0 : ends_[id - 1];
  return std::string_view(bytes_).substr(begin, ends_[id] - begin);
}

std::size_t TimelineTable::memory_bytes() const { return bytes_.size() + ends_.size() * 64; }

void encode_entry(const SeriesColumns& columns, std::uint32_t timeline, std::string& out) {
  const bool has_stale = std::any_of(columns.values.begin(), columns.values.end(), is_stale_nan);
  out.push_back(static_cast<char>((has_stale ? kHasStale : 0) | (columns.histograms.empty() ? 0 : kHasHistograms) |
                                  (columns.starts.empty() ? 0 : kHasStarts)));
  put_varint(out, columns.values.size());
  if (!columns.values.empty()) {
    put_varint(out, timeline);
    encode_floats(columns.values, out);
  }
  if (!columns.histograms.empty()) encode_histograms(columns.histograms, out);
  if (!columns.starts.empty()) encode_starts(columns.starts, out);
}

void RunWriter::add(SeriesRef ref, std::string_view entry) {
  refs_.push_back(ref);
  sizes_.push_back(entry.size());
  entries_.append(entry);
}

std::string RunWriter::take() {
  std::string run;
  put_varint(run, refs_.size());
  std::uint32_t before = 0;
  for (const SeriesRef ref : refs_) {
    put_varint(run, ref.value() - before);
    before = ref.value();
  }
  for (const std::size_t size : sizes_) put_varint(run, size);
  run += entries_;
  refs_.clear();
  sizes_.clear();
  entries_.clear();
  return run;
}

bool RunReader::open(std::string_view value) {
  ByteReader in(value);
  const std::uint64_t count = in.count(2);
  refs_.clear();
  starts_.clear();
  std::uint32_t ref = 0;
  for (std::uint64_t i = 0; i < count; ++i) refs_.emplace_back(ref += static_cast<std::uint32_t>(in.varint()));
  std::vector<std::uint64_t> sizes;
  sizes.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) sizes.push_back(in.varint());
  for (const std::uint64_t size : sizes) starts_.push_back(in.bytes(size).data());
  starts_.push_back(value.data() + value.size());
  return in.ok() && in.done();
}

std::size_t RunReader::lower_bound(SeriesRef ref, std::size_t from) const {
  return static_cast<std::size_t>(
      std::lower_bound(refs_.begin() + static_cast<std::ptrdiff_t>(from), refs_.end(), ref) - refs_.begin());
}

bool parse_entry(std::string_view entry, EntryView& view) {
  ByteReader in(entry);
  const std::uint8_t flags = in.u8();
  view.has_stale = flags & kHasStale;
  view.has_histograms = flags & kHasHistograms;
  view.has_starts = flags & kHasStarts;
  const std::uint64_t count = in.varint();
  if (count > kTimelineSamplesMax) return false;
  view.float_count = static_cast<std::uint32_t>(count);
  view.timeline = count > 0 ? static_cast<std::uint32_t>(in.varint()) : 0;
  view.values = in.bytes(in.left());
  return in.ok();
}

bool decode_tail(const EntryView& view, std::string_view rest, EntryTail& tail) {
  tail.histograms.clear();
  tail.starts.clear();
  if (view.has_histograms && !decode_histograms(rest, tail.histograms)) return false;
  if (view.has_starts && !decode_starts(rest, tail.starts)) return false;
  return rest.empty();
}

namespace {

struct TimelineHeader {
  std::uint64_t count = 0, size = 0;
};

bool read_header(std::string_view& bytes, TimelineHeader& header) {
  return get_varint(bytes, header.count) && get_varint(bytes, header.size) && header.size <= bytes.size() &&
         header.count <= kTimelineSamplesMax;
}

}  // namespace

bool decode_timeline(std::string_view& bytes, std::vector<std::int64_t>& timestamps_ms) {
  TimelineHeader header;
  if (!read_header(bytes, header)) return false;
  std::string_view body = bytes.substr(0, header.size);
  bytes.remove_prefix(header.size);
  timestamps_ms.resize(header.count);
  return decode_timestamps(body, timestamps_ms) && body.empty();
}

bool skip_timeline(std::string_view& bytes) {
  TimelineHeader header;
  if (!read_header(bytes, header)) return false;
  bytes.remove_prefix(header.size);
  return true;
}

}  // namespace sluice::storage
