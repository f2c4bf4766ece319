// proto/wire/write_batch.h
//
// Room: proto/wire. A decoded write request that still borrows from its (uncompressed) body.
// Labels of known series are never parsed: a series is known by the keyed hash of its raw label bytes (its *spelling*),
// and only a miss asks decode_labels() for the text.
#pragma once

#include <array>
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
  explicit SpellingKey(std::uint64_t seed);  // derives the secret: for tests and benches that want the same hash twice
  std::uint64_t seed() const { return seed_; }
  const std::array<unsigned char, 192>& secret() const { return secret_; }

 private:
  std::uint64_t seed_;
  std::array<unsigned char, 192> secret_{};  // what XXH3 mixes inputs longer than 240 bytes with
};

enum class Protocol : std::uint8_t { remote_write_1, remote_write_2 };

// Set in IncomingSeries::labels_offset when the label bytes were not contiguous in the message: the other 31 bits are
// then an offset into WriteBatch::label_scratch. (No message reaches 2 GiB, so the bit is free.)
inline constexpr std::uint32_t kJoinedLabels = 1u << 31;

struct IncomingSeries {
  Spelling spelling;
  std::uint32_t labels_offset = 0, labels_bytes = 0;  // 1.0: raw Label fields, 2.0: packed label refs; see raw_labels()
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

struct IncomingStart {       // remote write 2.0 start timestamps, sparse: most senders set none
  std::uint32_t sample = 0;  // index into WriteBatch::samples
  std::int64_t start_ms = 0;
};

enum class RefusalKind : std::uint8_t {
  malformed_series,   // 2.0: label or metadata references; the whole series is left out
  too_many_labels,    // 2.0: more than kLabelsPerSeriesMax; the whole series is left out
  no_samples,         // 2.0: nothing but labels; the whole series is left out
  invalid_histogram,  // that histogram is left out, the rest of its series stays
  invalid_exemplar,   // that exemplar is left out, the rest of its series stays
};
inline constexpr std::size_t kRefusalKinds = 5;

struct RefusedSeries {  // what the decoder itself had to leave out of the batch
  std::string reason;   // the contract's text
  std::uint32_t samples = 0, histograms = 0, exemplars = 0;
  RefusalKind kind = RefusalKind::malformed_series;
};

// Reused from request to request: clear() keeps the capacity.
struct WriteBatch {
  Protocol protocol = Protocol::remote_write_1;
  std::string_view message;               // the uncompressed body; must outlive the batch
  std::vector<std::string_view> symbols;  // 2.0 only
  std::vector<IncomingSeries> series;
  std::vector<Sample> samples;
  std::vector<IncomingStart> starts;
  std::vector<IncomingHistogram> histograms;
  std::vector<IncomingExemplar> exemplars;
  std::vector<MetricMetadata> metadata;
  std::vector<RefusedSeries> refused;  // at most DecodeLimits::refusals_max, then only counted
  std::uint64_t refused_count = 0;
  // By kind, of all refusals: the samples, histograms and exemplars left out, and 1 for a series that brought none.
  std::array<std::uint64_t, kRefusalKinds> refused_items{};
  std::string label_scratch;                 // label bytes that were not contiguous in the message, joined; only grows
  std::vector<std::uint64_t> symbol_hashes;  // 2.0, the decoder's own: keyed hash of each symbol
  void clear();
};

struct DecodeLimits {
  std::size_t decoded_bytes_max = 32u << 20;
  std::size_t series_max = 1u << 20;   // per request; refused ones count too
  std::size_t samples_max = 4u << 20;  // per request
  std::size_t refusals_max = 100;
  std::size_t histogram_buckets_max = 4096;  // per histogram, both sides together; also its spans and custom bounds
  std::size_t histograms_max = 1u << 18;     // per request
  std::size_t exemplars_max = 1u << 15;      // per request
  std::size_t exemplar_labels_max = 64;      // per exemplar: Prometheus allows 128 characters in all of them
  std::size_t metadata_max = 1u << 18;       // per request
  std::size_t symbols_max = 1u << 20;        // per request, 2.0 only
};

// No series has more labels than this, whatever a tenant's own limit says.
inline constexpr std::size_t kLabelsPerSeriesMax = 1024;

// Snappy block format. invalid_argument: not snappy or damaged; too_large: the claimed size is over the limit.
Result<std::string_view> uncompress(std::string_view body, std::size_t bytes_max, std::string& scratch);

// Fills `batch` from an uncompressed message. O(bytes). invalid_argument when the protobuf is malformed, too_large when
// it holds more than a limit allows; `batch` is then unusable until its clear().
// What the batch promises: histograms passed validate_histogram(), schemas 9..52 were reduced to 8; references of 2.0
// are inside the symbol table; every series has a sample, a histogram or an exemplar. What it does not: labels are raw
// (a malformed Label of 1.0 is found by decode_labels()), timestamps and values are whatever was sent. 2.0 metadata
// names its metric, one entry per distinct metadata.
Result<void> decode(Protocol protocol, std::string_view message, const DecodeLimits& limits, const SpellingKey& key,
                    WriteBatch& batch);

// The bytes whose keyed hash is the series' spelling. 1.0: consecutive Label fields with their tags; 2.0: packed refs,
// which mean something only together with this batch's symbols.
std::string_view raw_labels(const WriteBatch& batch, const IncomingSeries& series);

// The labels of one series of the batch as sent, not sorted, nothing dropped. Only on a miss.
// The views point into batch.message, its label_scratch or its symbols. invalid_argument: a Label is malformed;
// too_large: there are more than kLabelsPerSeriesMax.
Result<void> decode_labels(const WriteBatch& batch, const IncomingSeries& series, std::vector<LabelRef>& labels);

}  // namespace sluice::wire
