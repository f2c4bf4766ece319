// Whatever bytes come, a block is taken or refused as the library does it, with the same bytes, and nothing beyond the
// slack is written.
#include <snappy.h>

#include <string>
#include <string_view>

#include "proto/wire/snappy_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kBytesMax = 1u << 18;
  const std::string_view block(reinterpret_cast<const char*>(data), size);
  std::size_t claimed = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &claimed) || claimed > kBytesMax) return 0;
  std::string theirs(claimed, '\0'), ours(claimed + sluice::wire::kSnappySlackBytes, '\0');
  const bool wanted = snappy::RawUncompress(block.data(), block.size(), theirs.data());
  if (sluice::wire::uncompress_snappy(block, ours) != wanted) __builtin_trap();
  if (wanted && std::string_view(ours).substr(0, claimed) != theirs) __builtin_trap();
  return 0;
}
