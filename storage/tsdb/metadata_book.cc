#include "storage/tsdb/metadata_book.h"

#include "storage/tsdb/record.h"

namespace sluice::storage {

namespace {

bool same(const MetricMetadata& a, const MetricMetadata& b) {
  return a.type == b.type && a.help == b.help && a.unit == b.unit;
}

}  // namespace

MetadataVerdict MetadataBook::judge(const MetricMetadata& metadata, std::uint64_t metrics_max) {
  const MutexLock lock(mutex_);
  const auto admitted = admitted_.find(metadata.metric);
  const auto stored = by_metric_.find(metadata.metric);
  const bool is_new = admitted == admitted_.end() && stored == by_metric_.end();
  if (is_new && by_metric_.size() + admitted_metrics_ >= metrics_max) return MetadataVerdict::too_many;
  if (!is_new && same(admitted != admitted_.end() ? admitted->second : stored->second, metadata)) {
    return MetadataVerdict::known;
  }
  admitted_.insert_or_assign(metadata.metric, metadata);
  if (is_new) ++admitted_metrics_;
  return MetadataVerdict::news;
}

void MetadataBook::settle() {
  admitted_.clear();
  admitted_metrics_ = 0;
}

void MetadataBook::put(const std::vector<MetricMetadata>& news) {
  if (news.empty()) return;
  const MutexLock lock(mutex_);
  for (const MetricMetadata& metadata : news) by_metric_[metadata.metric] = metadata;
  ++version_;
}

std::vector<MetricMetadata> MetadataBook::all() const {
  const MutexLock lock(mutex_);
  std::vector<MetricMetadata> all;
  all.reserve(by_metric_.size());
  for (const auto& [metric, metadata] : by_metric_) all.push_back(metadata);
  return all;
}

std::uint64_t MetadataBook::version() const {
  const MutexLock lock(mutex_);
  return version_;
}

std::string MetadataBook::encode() const {
  const MutexLock lock(mutex_);
  std::string bytes;
  put_varint(bytes, by_metric_.size());
  for (const auto& [metric, metadata] : by_metric_) encode_metadata(metadata, bytes);
  return bytes;
}

bool MetadataBook::load(std::string_view bytes) {
  const MutexLock lock(mutex_);
  ByteReader in(bytes);
  const std::uint64_t count = in.count(4);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    MetricMetadata metadata = decode_metadata(in);
    by_metric_[metadata.metric] = std::move(metadata);
  }
  return in.ok() && in.done();
}

}  // namespace sluice::storage
