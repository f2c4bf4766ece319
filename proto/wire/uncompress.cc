#include <snappy.h>

#include "proto/wire/snappy_block.h"
#include "proto/wire/write_batch.h"

namespace sluice::wire {

Result<std::string_view> uncompress(std::string_view body, std::size_t bytes_max, std::string& scratch) {
  std::size_t size = 0;  // what the header claims: a stranger wrote it, so it is compared before it is believed
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size))
    return fail(Errc::invalid_argument, "snappy: the body does not start with a block length; is it compressed?");
  if (size > bytes_max)
    return fail(Errc::too_large, "decoded size exceeds the " + std::to_string(bytes_max) + " bytes limit");
  if (scratch.size() < size + kSnappySlackBytes)
    scratch.resize(size + kSnappySlackBytes);  // never shrinks: growing again would zero what is overwritten anyway
  if (!uncompress_snappy(body, {scratch.data(), size + kSnappySlackBytes}))
    return fail(Errc::invalid_argument, "snappy: corrupt input");
  return std::string_view(scratch.data(), size);
}

}  // namespace sluice::wire
