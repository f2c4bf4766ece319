// proto/wire/decode_v1.h
//
// Room: proto/wire. prometheus.WriteRequest into a batch that decode() has prepared.
#pragma once

#include "proto/wire/write_batch.h"

namespace sluice::wire {

Result<void> decode_v1(const DecodeLimits& limits, const SpellingKey& key, WriteBatch& batch);

}  // namespace sluice::wire
