// storage/frame/float_codec.h
//
// Room: storage/frame. Float values as bytes: pure functions, one decoder for memory and disk. docs/formats/frame.md
// A sequence of values is written as runs. Bits always round-trip: stale markers, NaN payloads and -0 included.
//
//   run := kind:u8 count:varint body     kind's low 3 bits name the encoding, its high 5 bits the decimal exponent
//
//   constant  one value, any count                     packed    integers (or decimals times 10^k), bit-packed offsets
//   ulps      packed, plus a few ulps of correction    xored     what is left, XORed with the value before
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::storage {

inline constexpr std::size_t kRunValuesMax = 64;            // values in a run that is not constant
inline constexpr std::uint32_t kConstantRunMax = 1u << 30;  // values in a constant run

// Appends the runs of `values` to `out`. Splits at every kRunValuesMax values and around NaNs; O(values).
void encode_floats(std::span<const double> values, std::string& out);

// Appends one constant run. 1 <= count <= kConstantRunMax.
void encode_constant(double value, std::uint32_t count, std::string& out);

// Reads runs from the front of `bytes` until exactly out.size() values are filled, and moves `bytes` behind them.
// The caller knows the count (it is not stored as a total). False: corrupt, or the runs do not end at out.size();
// `out` may then be partly written. Never reads outside `bytes`.
[[nodiscard]] bool decode_floats(std::string_view& bytes, std::span<double> out);

// What can be known about the run at the front of `bytes` without decoding its values.
struct RunInfo {
  std::uint32_t count = 0;  // values; at least 1
  std::uint32_t bytes = 0;  // of the whole run
  bool constant = false;
  double value = 0;  // of a constant run
};
// False: corrupt. A run that it accepts can be decoded.
[[nodiscard]] bool inspect_run(std::string_view bytes, RunInfo& info);

// Decodes the single run at the front of `bytes` into out[0, info.count). False: corrupt.
[[nodiscard]] bool decode_run(std::string_view bytes, const RunInfo& info, double* out);

}  // namespace sluice::storage
