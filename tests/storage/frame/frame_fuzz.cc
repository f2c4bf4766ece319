// tests/storage/frame/frame_fuzz.cc
//
// For any bytes at all: the decoders never crash and never read outside them; what inspect_run accepts decodes; and any
// values made of those bytes come back bit for bit.
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "storage/frame/float_codec.h"
#include "storage/frame/histogram_codec.h"
#include "storage/frame/start_codec.h"
#include "storage/frame/timestamp_codec.h"
#include "tests/storage/frame/same_bits.h"

namespace {

using namespace sluice::storage;

void require(bool truth) {
  if (!truth) __builtin_trap();
}

void decode_anything(std::string_view bytes) {
  std::vector<double> values(200);
  std::string_view rest = bytes;
  (void)decode_floats(rest, values);
  std::vector<std::int64_t> times(200);
  rest = bytes;
  (void)decode_timestamps(rest, times);
  std::vector<StartChange> starts;
  rest = bytes;
  (void)decode_starts(rest, starts);
  std::vector<TimedHistogram> histograms;
  rest = bytes;
  (void)decode_histograms(rest, histograms);
  RunInfo info;
  if (!inspect_run(bytes, info) || info.count > 100'000) return;
  values.resize(info.count);
  require(info.bytes <= bytes.size() && decode_run(bytes.substr(0, info.bytes), info, values.data()));
}

template <class T, class Encode, class Decode>
void round_trip(std::string_view bytes, Encode encode, Decode decode) {
  std::vector<T> in(bytes.size() / sizeof(T)), out(in.size());
  if (in.empty()) return;
  std::memcpy(in.data(), bytes.data(), in.size() * sizeof(T));
  std::string encoded;
  encode(in, encoded);
  std::string_view rest = encoded;
  require(decode(rest, std::span<T>(out)) && rest.empty());
  require(std::memcmp(in.data(), out.data(), in.size() * sizeof(T)) == 0);
}

void round_trip_histograms(std::string_view bytes) {
  std::vector<TimedHistogram> once, twice;
  if (!decode_histograms(bytes, once)) return;
  std::vector<sluice::HistogramPoint> points;
  for (const TimedHistogram& h : once) points.push_back({h.timestamp_ms, &h.histogram});
  std::string encoded;
  encode_histograms(points, encoded);
  std::string_view rest = encoded;
  require(decode_histograms(rest, twice).has_value() && rest.empty() && once.size() == twice.size());
  for (std::size_t i = 0; i < once.size(); ++i) require(same_bits(once[i].histogram, twice[i].histogram));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  decode_anything(bytes);
  round_trip_histograms(bytes);
  round_trip<double>(
      bytes, [](const auto& in, std::string& out) { encode_floats(in, out); },
      [](std::string_view& rest, std::span<double> out) { return decode_floats(rest, out); });
  round_trip<std::int64_t>(
      bytes, [](const auto& in, std::string& out) { encode_timestamps(in, out); },
      [](std::string_view& rest, std::span<std::int64_t> out) { return decode_timestamps(rest, out); });
  return 0;
}
