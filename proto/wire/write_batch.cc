#include "proto/wire/write_batch.h"

#include <cstring>
#include <random>

#include "proto/wire/spelling_hash.h"

namespace sluice::wire {

SpellingKey::SpellingKey(std::uint64_t seed) : seed_(seed) {
  static_assert(sizeof(secret_) == XXH_SECRET_DEFAULT_SIZE);
  XXH3_generateSecret_fromSeed(secret_.data(), seed);
}

SpellingKey SpellingKey::random() {
  std::random_device device;
  const auto word = [&device] { return static_cast<std::uint64_t>(device()) << 32 | device(); };
  SpellingKey key(word());
  for (std::size_t i = 0; i < key.secret_.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t bits = word();
    std::memcpy(key.secret_.data() + i, &bits, sizeof(bits));
  }
  return key;
}

void WriteBatch::clear() {
  message = {};
  symbols.clear();
  series.clear();
  samples.clear();
  starts.clear();
  histograms.clear();
  exemplars.clear();
  metadata.clear();
  refused.clear();
  refused_count = 0;
  refused_items = {};
  label_scratch.clear();
  symbol_hashes.clear();
}

std::string_view raw_labels(const WriteBatch& batch, const IncomingSeries& series) {
  const std::string_view home = series.labels_offset & kJoinedLabels ? batch.label_scratch : batch.message;
  return home.substr(series.labels_offset & ~kJoinedLabels, series.labels_bytes);
}

}  // namespace sluice::wire
