// proto/wire/decode_v2.h
//
// Room: proto/wire. io.prometheus.write.v2.Request into a batch that decode() has prepared.
#pragma once

#include "proto/wire/write_batch.h"

namespace sluice::wire {

Result<void> decode_v2(const DecodeLimits& limits, const SpellingKey& key, WriteBatch& batch);

}  // namespace sluice::wire
