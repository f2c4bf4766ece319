// For any bytes at all: no crash, no undefined behaviour, never more of anything than its limit, and every index in the
// batch points into it. First byte: bit 0 the version, bit 1 whether the rest is a snappy body or a message.
// Not covered here: agreement with libprotobuf (see remote_write_agreement_fuzz.cc).
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proto/wire/validate_histogram.h"
#include "proto/wire/write_batch.h"

namespace {

using namespace sluice;
using namespace sluice::wire;

const DecodeLimits kLimits{.decoded_bytes_max = 1u << 16,
                           .series_max = 100,
                           .samples_max = 200,
                           .refusals_max = 5,
                           .histogram_buckets_max = 64,
                           .histograms_max = 50,
                           .exemplars_max = 50,
                           .exemplar_labels_max = 4,
                           .metadata_max = 20,
                           .symbols_max = 300};

void require(bool truth) {
  if (!truth) __builtin_trap();
}

void check_limits(const WriteBatch& batch) {
  require(batch.series.size() <= kLimits.series_max && batch.samples.size() <= kLimits.samples_max);
  require(batch.histograms.size() <= kLimits.histograms_max && batch.exemplars.size() <= kLimits.exemplars_max);
  require(batch.metadata.size() <= kLimits.metadata_max && batch.symbols.size() <= kLimits.symbols_max);
  require(batch.refused.size() <= kLimits.refusals_max && batch.refused.size() <= batch.refused_count);
  for (const RefusedSeries& refused : batch.refused) require(refused.reason.size() < 10'000);
}

void check_series(const WriteBatch& batch) {
  std::vector<LabelRef> labels;
  std::size_t next_sample = 0;
  for (const IncomingSeries& series : batch.series) {
    require(series.first_sample == next_sample);
    next_sample += series.sample_count;
    require(raw_labels(batch, series).size() == series.labels_bytes);
    const bool readable = decode_labels(batch, series, labels).has_value();
    require(readable || batch.protocol == Protocol::remote_write_1);
    require(labels.size() <= kLabelsPerSeriesMax + 1);
  }
  require(next_sample == batch.samples.size());
}

void check_attachments(const WriteBatch& batch) {
  for (const IncomingStart& start : batch.starts) require(start.sample < batch.samples.size());
  for (const IncomingExemplar& incoming : batch.exemplars) {
    require(incoming.series < batch.series.size());
    require(incoming.exemplar.labels.size() <= kLimits.exemplar_labels_max);
  }
  for (const IncomingHistogram& incoming : batch.histograms) {
    const Histogram& histogram = incoming.histogram;
    require(incoming.series < batch.series.size() && !validate_histogram(histogram));
    require(histogram.positive_buckets.size() + histogram.negative_buckets.size() <= kLimits.histogram_buckets_max);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SpellingKey key(7);
  static WriteBatch batch;  // reused, as the server does
  static std::string scratch;
  if (size == 0) return 0;
  std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] & 2) {
    const auto uncompressed = uncompress(message, kLimits.decoded_bytes_max, scratch);
    if (!uncompressed) return 0;
    message = *uncompressed;
  }
  const auto protocol = data[0] & 1 ? Protocol::remote_write_2 : Protocol::remote_write_1;
  if (!decode(protocol, message, kLimits, key, batch)) return 0;
  check_limits(batch);
  check_series(batch);
  check_attachments(batch);
  return 0;
}
