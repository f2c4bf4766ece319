// Go's argument reduction: Cody and Waite for small angles (sin.go), Payne and Hanek for large ones (trig_reduce.go).
// See docs/third-party.md.
#include "promql/gomath/octant.h"

#include <bit>

#include "promql/gomath/constants.h"

namespace sluice::promql::go {
namespace {

constexpr double kReducedFrom = 1 << 29;

constexpr std::uint64_t kFourByPiDigits[] = {
    0x0000000000000001, 0x45f306dc9c882a53, 0xf84eafa3ea69bb81, 0xb6c52b3278872083, 0xfca2c757bd778ac3,
    0x6e48dc74849ba5c0, 0x0c925dd413a32439, 0xfc3bd63962534e7d, 0xd1046bea5d768909, 0xd338e04d68befc82,
    0x7323ac7306a673e9, 0x3908bf177bf25076, 0x3ff12fffbc0b301f, 0xde5e2316b414da3e, 0xda6cfd9e4f96136e,
    0x9e8c7ecd3cbfd45a, 0xea4f758fd7cbe2f6, 0x7a0e73ef14a525d4, 0xd7f6bf623f1aba10, 0xac06608df8f6d757,
};

// 64 bits of 4/pi from that bit on.
std::uint64_t digits_from(unsigned bit) {
  const unsigned digit = bit / 64, shift = bit % 64;
  return shift == 0 ? kFourByPiDigits[digit]
                    : kFourByPiDigits[digit] << shift | kFourByPiDigits[digit + 1] >> (64 - shift);
}

// x * 4/pi modulo 8: three bits before the point, the rest behind it.
__extension__ using Wide = unsigned __int128;
Wide product_with_four_by_pi(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto mantissa = (bits & ((std::uint64_t{1} << 52) - 1)) | std::uint64_t{1} << 52;
  const unsigned first = static_cast<unsigned>(bits >> 52) - 1023 - 52 + 61;
  const std::uint64_t high = digits_from(first) * mantissa;
  const Wide middle = Wide{digits_from(first + 64)} * mantissa;
  const Wide low = Wide{digits_from(first + 128)} * mantissa;
  return (Wide{high} << 64) + middle + (low >> 64);
}

// The binary fraction 0.high, of 64 digits, as a double. No double is so near to a multiple of pi/4 that 62 of them
// would be zeros. What moves up behind them is the top of `low`, although three bits of it are in `high` already: so it
// is in Go.
double from_fraction(std::uint64_t high, std::uint64_t low) {
  const auto dropped = static_cast<unsigned>(std::countl_zero(high)) + 1;
  const std::uint64_t digits = high << dropped | low >> (64 - dropped);
  return std::bit_cast<double>(digits >> 12 | std::uint64_t{1023 - dropped} << 52);
}

Octant payne_hanek(double x) {
  const Wide product = product_with_four_by_pi(x);
  auto number = static_cast<std::uint64_t>(product >> 125);
  double z = from_fraction(static_cast<std::uint64_t>(product >> 61), static_cast<std::uint64_t>(product));
  if (number % 2 == 1) {
    number = (number + 1) % 8;
    --z;
  }
  return {number, z * kQuarterPi};
}

Octant cody_waite(double x) {
  constexpr double kA = 7.85398125648498535156e-1, kB = 3.77489470793079817668e-8, kC = 2.69515142907905952645e-15;
  auto number = static_cast<std::uint64_t>(x * kFourByPi);
  number += number % 2;
  const auto y = static_cast<double>(number);
  return {number % 8, ((x - y * kA) - y * kB) - y * kC};
}

}  // namespace

Octant octant_of(double x) { return x >= kReducedFrom ? payne_hanek(x) : cody_waite(x); }

}  // namespace sluice::promql::go
