// proto/wire/spelling_hash.h
//
// Room: proto/wire. The keyed hashes behind Spelling. XXH3 is compiled in, because Debian's library is built for the
// oldest x86-64 and a label set of 1.3 kB is hashed twice as fast with AVX2.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <span>
#include <string_view>

#include "proto/wire/write_batch.h"

namespace sluice::wire {

inline Spelling spell(const SpellingKey& key, const void* bytes, std::size_t size) {
  const XXH128_hash_t hash =
      XXH3_128bits_withSecretandSeed(bytes, size, key.secret().data(), key.secret().size(), key.seed());
  return {hash.low64, hash.high64};
}

inline std::uint64_t hash_symbol(const SpellingKey& key, std::string_view text) {
  return XXH3_64bits_withSecretandSeed(text.data(), text.size(), key.secret().data(), key.secret().size(), key.seed());
}

}  // namespace sluice::wire
