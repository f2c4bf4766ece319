// proto/wire/write_batch.h
//
// Room: proto/wire. A decoded write request that still borrows from its (uncompressed) body.
// Labels of known series are never parsed: a series is known by the keyed hash of its raw label bytes (its *spelling*),
// and only a miss asks decode_labels() for the text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/error.h"
#include "proto/model/histogram.h"
#include "proto/model/sample.h"

namespace sluice::wire {

struct Spelling {  // keyed 128-bit hash of a series' raw labels; the key is secret, so collisions cannot be made
  std::uint64_t low = 0, high = 0;
  friend bool operator==(Spelling, Spelling) = default;
};

// The per-process secret of the spelling hash. Two processes never agree on it, and need not.
class SpellingKey {
 public:
  static SpellingKey random();
  explicit SpellingKey(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
};

enum class Protocol : std::uint8_t { remote_write_1, remote_write_2 };

struct IncomingSeries {
  Spelling spelling;
  std::uint32_t labels_offset = 0, labels_bytes = 0;  // 1.0: into WriteBatch::message; 2.0: packed label refs there
  std::uint32_t first_sample = 0, sample_count = 0;   // into WriteBatch::samples
};

struct IncomingHistogram {
  std::uint32_t series = 0;  // index into WriteBatch::series
  std::int64_t timestamp_ms = 0;
  std::int64_t start_ms = 0;  // 0: unset
  Histogram histogram;
};

struct IncomingExemplar {
  std::uint32_t series = 0;
  Exemplar exemplar;
};

struct IncomingStart {  // remote write 2.0 start timestamps, sparse: most senders set none
  std::uint32_t sample = 0;  // index into WriteBatch::samples
  std::int64_t start_ms = 0;
};

struct RefusedSeries {  // what the decoder itself had to leave out of the batch
  std::string reason;   // the contract's text
  std::uint32_t samples = 0, histograms = 0, exemplars = 0;
};

// Reused from request to request: clear() keeps the capacity.
struct WriteBatch {
  Protocol protocol = Protocol::remote_write_1;
  std::string_view message;                // the uncompressed body; must outlive the batch
  std::vector<std::string_view> symbols;   // 2.0 only
  std::vector<IncomingSeries> series;
  std::vector<Sample> samples;
  std::vector<IncomingStart> starts;
  std::vector<IncomingHistogram> histograms;
  std::vector<IncomingExemplar> exemplars;
  std::vector<MetricMetadata> metadata;
  std::vector<RefusedSeries> refused;      // at most DecodeLimits::refusals_max, then only counted
  std::uint64_t refused_count = 0;
  std::string label_scratch;               // label bytes that were not contiguous in the message, joined
  void clear();
};

struct DecodeLimits {
  std::size_t decoded_bytes_max = 32u << 20;
  std::size_t series_max = 1u << 20;         // per request
  std::size_t samples_max = 4u << 20;        // per request
  std::size_t refusals_max = 100;
  std::size_t histogram_buckets_max = 4096;  // per histogram, both sides
};

// Snappy block format. invalid_argument: not snappy or damaged; too_large: the claimed size is over the limit.
Result<std::string_view> uncompress(std::string_view body, std::size_t bytes_max, std::string& scratch);

// Fills `batch` from an uncompressed message. O(bytes). invalid_argument when the protobuf is malformed.
Result<void> decode(Protocol protocol, std::string_view message, const DecodeLimits& limits, const SpellingKey& key,
                    WriteBatch& batch);

// The labels of one series of the batch as sent, not sorted, nothing dropped. Only on a miss.
// The views point into batch.message (or its symbols).
Result<void> decode_labels(const WriteBatch& batch, const IncomingSeries& series, std::vector<LabelRef>& labels);

}  // namespace sluice::wire
