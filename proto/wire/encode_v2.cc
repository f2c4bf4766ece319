#include "proto/wire/bytes.h"
#include "proto/wire/encode.h"
#include "proto/wire/encode_data.h"

namespace sluice::wire {

std::uint32_t SymbolDictionary::id(std::string_view text) {
  const auto known = ids_.find(text);
  if (known != ids_.end()) return known->second;
  const auto added = ids_.emplace(std::string(text), static_cast<std::uint32_t>(texts_.size())).first;
  texts_.push_back(&added->first);
  return added->second;
}

std::vector<std::uint32_t> symbol_ids(SymbolDictionary& dictionary, std::span<const LabelRef> labels) {
  std::vector<std::uint32_t> ids;
  for (const LabelRef& label : labels) {
    ids.push_back(dictionary.id(label.name));
    ids.push_back(dictionary.id(label.value));
  }
  return ids;
}

void RequestBuilderV2::clear() {
  ++request_;
  used_ids_.clear();
  series_.clear();
  series_count_ = 0;
  reference(0);  // symbols[0] is the empty string
}

std::uint32_t RequestBuilderV2::reference(std::uint32_t id) {
  if (id >= references_.size()) references_.resize(dictionary_.size());
  Reference& known = references_[id];
  if (known.request != request_) {
    known = {request_, static_cast<std::uint32_t>(used_ids_.size())};
    used_ids_.push_back(id);
  }
  return known.ref;
}

void RequestBuilderV2::append_refs(std::uint32_t field, std::span<const std::uint32_t> ids, std::string& out) {
  if (ids.empty()) return;
  refs_.clear();
  for (const std::uint32_t id : ids) put_varint(refs_, reference(id));
  put_bytes_field(out, field, refs_);
}

void RequestBuilderV2::add(std::span<const std::uint32_t> label_ids, Sample sample) {
  body_.clear();
  append_refs(1, label_ids, body_);
  put_sample_field(body_, {sample, 0});
  close_series();
}

void RequestBuilderV2::add(std::span<const std::uint32_t> label_ids, const OutgoingData& data,
                           const OutgoingMetadata* metadata) {
  body_.clear();
  append_refs(1, label_ids, body_);
  for (const OutgoingSample& sample : data.samples) put_sample_field(body_, sample);
  for (const OutgoingHistogram& histogram : data.histograms) put_bytes_field(body_, 3, encode_histogram(histogram));
  for (const Exemplar& exemplar : data.exemplars) append_exemplar(exemplar);
  if (metadata != nullptr) append_metadata(*metadata);
  close_series();
}

void RequestBuilderV2::append_exemplar(const Exemplar& exemplar) {
  std::vector<LabelRef> labels;
  for (const Label& label : exemplar.labels) labels.push_back({label.name, label.value});
  std::string body;
  append_refs(1, symbol_ids(dictionary_, labels), body);
  put_double_field(body, 2, exemplar.value);
  put_varint_field(body, 3, static_cast<std::uint64_t>(exemplar.timestamp_ms));
  put_bytes_field(body_, 4, body);
}

void RequestBuilderV2::append_metadata(const OutgoingMetadata& metadata) {
  std::string body;
  put_varint_field(body, 1, static_cast<std::uint64_t>(metadata.type));
  put_varint_field(body, 3, reference(metadata.help_id));
  put_varint_field(body, 4, reference(metadata.unit_id));
  put_bytes_field(body_, 5, body);
}

void RequestBuilderV2::close_series() {
  put_bytes_field(series_, 5, body_);
  ++series_count_;
}

void RequestBuilderV2::finish(std::string& message) const {
  message.clear();
  for (const std::uint32_t id : used_ids_) put_bytes_field(message, 4, dictionary_.text(id));
  message.append(series_);
}

}  // namespace sluice::wire
