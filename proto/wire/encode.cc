#include "proto/wire/encode.h"

#include <snappy.h>

#include "proto/wire/encode_data.h"
#include "proto/wire/fields.h"

namespace sluice::wire {

void compress(std::string_view message, std::string& compressed) {
  compressed.resize(snappy::MaxCompressedLength(message.size()));
  std::size_t size = 0;
  snappy::RawCompress(message.data(), message.size(), compressed.data(), &size);
  compressed.resize(size);
}

namespace {

void put_label(std::string& out, std::uint32_t field, std::string_view name, std::string_view value) {
  std::string label;
  put_bytes_field(label, 1, name);
  put_bytes_field(label, 2, value);
  put_bytes_field(out, field, label);
}

std::string exemplar_v1(const Exemplar& exemplar) {
  std::string body;
  for (const Label& label : exemplar.labels) put_label(body, 1, label.name, label.value);
  put_double_field(body, 2, exemplar.value);
  put_varint_field(body, 3, static_cast<std::uint64_t>(exemplar.timestamp_ms));
  return body;
}

}  // namespace

std::string encode_labels_v1(std::span<const LabelRef> labels) {
  std::string out;
  for (const LabelRef& label : labels) put_label(out, 1, label.name, label.value);
  return out;
}

std::string encode_labels_v1(const Labels& labels) {
  std::string out;
  for (const Label& label : labels.all()) put_label(out, 1, label.name, label.value);
  return out;
}

void append_series_v1(std::string& message, std::string_view encoded_labels, Sample sample) {
  const std::size_t sample_bytes = sample_field_bytes({sample, 0});
  put_tag(message, 1, WireType::bytes);
  put_varint(message, encoded_labels.size() + sample_bytes);
  message.append(encoded_labels);
  put_sample_field(message, {sample, 0});
}

void append_series_v1(std::string& message, std::string_view encoded_labels, const OutgoingData& data) {
  std::string body(encoded_labels);
  for (const OutgoingSample& sample : data.samples) put_sample_field(body, {sample.sample, 0});
  for (const Exemplar& exemplar : data.exemplars) put_bytes_field(body, 3, exemplar_v1(exemplar));
  for (OutgoingHistogram histogram : data.histograms) {
    histogram.start_ms = 0;
    put_bytes_field(body, 4, encode_histogram(histogram));
  }
  put_bytes_field(message, 1, body);
}

void append_metadata_v1(std::string& message, const MetricMetadata& metadata) {
  std::string body;
  put_varint_field(body, 1, static_cast<std::uint64_t>(metadata.type));
  put_bytes_field(body, 2, metadata.metric);
  put_bytes_field(body, 4, metadata.help);
  put_bytes_field(body, 5, metadata.unit);
  put_bytes_field(message, 3, body);
}

}  // namespace sluice::wire
