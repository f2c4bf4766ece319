#include "load/body/encode.h"

#include <cstring>

#include "proto/base/check.h"

namespace sluice::load {
namespace {

// Field tags: (number << 3) | wire type.
constexpr char kTimeSeriesV1 = 0x0a, kLabel = 0x0a, kLabelName = 0x0a, kLabelValue = 0x12, kSample = 0x12;
constexpr char kSampleValue = 0x09, kSampleTimestamp = 0x10;
constexpr char kSymbol = 0x22, kTimeSeriesV2 = 0x2a, kLabelRefs = 0x0a, kMetadata = 0x2a, kMetadataType = 0x08;

std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  while (value >>= 7) ++size;
  return size;
}

std::size_t field_size(std::size_t bytes) { return 1 + varint_size(bytes) + bytes; }

// The sample message: value tag, value, timestamp tag, timestamp.
constexpr std::size_t kSampleBytes = 1 + kSpotBytes;

std::size_t append_empty_sample(std::string& out) {
  out += kSample;
  out += static_cast<char>(kSampleBytes);
  out += kSampleValue;
  const std::size_t spot = out.size();
  out.append(kSpotBytes, '\0');
  write_spot(0, kTimestampMsMin, out.data() + spot);
  return spot;
}

}  // namespace

void write_timestamp(std::int64_t timestamp_ms, char* six_bytes) {
  DCHECK(timestamp_ms >= kTimestampMsMin && timestamp_ms <= kTimestampMsMax);
  auto rest = static_cast<std::uint64_t>(timestamp_ms);
  for (int i = 0; i < 5; ++i, rest >>= 7) six_bytes[i] = static_cast<char>(rest | 0x80);
  six_bytes[5] = static_cast<char>(rest);
}

void write_spot(double value, std::int64_t timestamp_ms, char* spot) {
  std::memcpy(spot, &value, sizeof(value));
  spot[8] = kSampleTimestamp;
  write_timestamp(timestamp_ms, spot + kSpotTimestampOffset);
}

void append_varint(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void append_field(char tag, std::string_view bytes, std::string& out) {
  out += tag;
  append_varint(bytes.size(), out);
  out += bytes;
}

std::size_t append_series_v1(std::span<const LabelRef> labels, std::string& out) {
  std::size_t series_bytes = 2 + kSampleBytes;
  const auto label_bytes = [](const LabelRef& l) { return field_size(l.name.size()) + field_size(l.value.size()); };
  for (const LabelRef& label : labels) series_bytes += field_size(label_bytes(label));
  out += kTimeSeriesV1;
  append_varint(series_bytes, out);
  for (const LabelRef& label : labels) {
    out += kLabel;
    append_varint(label_bytes(label), out);
    append_field(kLabelName, label.name, out);
    append_field(kLabelValue, label.value, out);
  }
  return append_empty_sample(out);
}

std::uint32_t SymbolTable::ref(std::string_view text) {
  const auto [entry, is_new] = refs_.try_emplace(std::string(text), static_cast<std::uint32_t>(refs_.size()));
  if (is_new) order_.push_back(&entry->first);
  return entry->second;
}

void SymbolTable::append_to(std::string& out) const {
  for (const std::string* symbol : order_) append_field(kSymbol, *symbol, out);
}

std::size_t append_series_v2(std::span<const LabelRef> labels, MetricType type, SymbolTable& symbols,
                             std::string& out) {
  std::string refs;
  for (const LabelRef& label : labels) {
    append_varint(symbols.ref(label.name), refs);
    append_varint(symbols.ref(label.value), refs);
  }
  const std::string metadata = {kMetadataType, static_cast<char>(type)};
  out += kTimeSeriesV2;
  append_varint(field_size(refs.size()) + 2 + kSampleBytes + field_size(metadata.size()), out);
  append_field(kLabelRefs, refs, out);
  const std::size_t spot = append_empty_sample(out);
  append_field(kMetadata, metadata, out);
  return spot;
}

}  // namespace sluice::load
