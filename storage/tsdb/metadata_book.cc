#include "storage/tsdb/metadata_book.h"

#include "storage/tsdb/record.h"

namespace sluice::storage {

namespace {

bool same(const MetricMetadata& a, const MetricMetadata& b) {
  return a.type == b.type && a.help == b.help && a.unit == b.unit;
}

}  // namespace

bool MetadataBook::is_news(const MetricMetadata& metadata, std::uint64_t metrics_max) const {
  const MutexLock lock(mutex_);
  const auto at = by_metric_.find(metadata.metric);
  if (at == by_metric_.end()) return by_metric_.size() < metrics_max;
  return !same(at->second, metadata);
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
