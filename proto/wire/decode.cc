#include "proto/wire/decode_v1.h"
#include "proto/wire/decode_v2.h"

namespace sluice::wire {

Result<void> decode(Protocol protocol, std::string_view message, const DecodeLimits& limits, const SpellingKey& key,
                    WriteBatch& batch) {
  batch.clear();
  batch.protocol = protocol;
  batch.message = message;
  if (message.size() > limits.decoded_bytes_max || message.size() >= kJoinedLabels)
    return fail(Errc::too_large, "the message has " + std::to_string(message.size()) +
                                     " bytes, more than decoded_bytes_max = " +
                                     std::to_string(limits.decoded_bytes_max) + "; send smaller requests");
  return protocol == Protocol::remote_write_1 ? decode_v1(limits, key, batch) : decode_v2(limits, key, batch);
}

}  // namespace sluice::wire
