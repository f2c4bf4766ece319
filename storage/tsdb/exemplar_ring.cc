#include "storage/tsdb/exemplar_ring.h"

#include <algorithm>

namespace sluice::storage {

namespace {

std::string content_of(const Exemplar& exemplar) {
  std::string content;
  encode_exemplar(exemplar, content);
  return content;
}

constexpr std::size_t kExemplarBytes = 256;  // about: at most 128 characters of labels, and the nodes around them

}  // namespace

ExemplarVerdict ExemplarRing::compare(const Newest& newest, const Exemplar& exemplar) {
  if (exemplar.timestamp_ms < newest.timestamp_ms) return ExemplarVerdict::out_of_order;
  if (exemplar.timestamp_ms > newest.timestamp_ms) return ExemplarVerdict::accepted;
  return content_of(exemplar) == newest.content ? ExemplarVerdict::duplicate : ExemplarVerdict::accepted;
}

ExemplarVerdict ExemplarRing::judge(SeriesRef ref, const Exemplar& exemplar) {
  auto verdict = ExemplarVerdict::accepted;
  if (const auto at = admitted_.find(ref.value()); at != admitted_.end()) {
    verdict = compare(at->second, exemplar);
  } else {
    const MutexLock lock(mutex_);
    if (const auto known = newest_.find(ref.value()); known != newest_.end())
      verdict = compare(known->second, exemplar);
  }
  if (verdict == ExemplarVerdict::accepted) {
    admitted_[ref.value()] = {exemplar.timestamp_ms, content_of(exemplar), 0};
  }
  return verdict;
}

void ExemplarRing::push(const ExemplarOfSeries& exemplar) {
  ring_.push_back(exemplar);
  Newest& newest = newest_[exemplar.ref.value()];
  newest.timestamp_ms = exemplar.exemplar.timestamp_ms;
  newest.content = content_of(exemplar.exemplar);
  ++newest.in_ring;
  ++version_;
}

void ExemplarRing::pop() {
  const auto at = newest_.find(ring_.front().ref.value());
  if (--at->second.in_ring == 0) newest_.erase(at);
  ring_.pop_front();
}

void ExemplarRing::publish(const std::vector<ExemplarOfSeries>& exemplars, std::size_t exemplars_max) {
  if (exemplars.empty()) return;
  const MutexLock lock(mutex_);
  for (const ExemplarOfSeries& exemplar : exemplars) push(exemplar);
  while (ring_.size() > exemplars_max) pop();
}

std::unordered_map<std::uint32_t, std::vector<Exemplar>> ExemplarRing::find(
    const std::vector<SeriesRef>& ascending_refs, TimeRangeMs range) const {
  std::unordered_map<std::uint32_t, std::vector<Exemplar>> found;
  const MutexLock lock(mutex_);
  for (const ExemplarOfSeries& entry : ring_) {
    const std::int64_t t = entry.exemplar.timestamp_ms;
    if (t < range.min_ms || t > range.max_ms) continue;
    if (!std::binary_search(ascending_refs.begin(), ascending_refs.end(), entry.ref)) continue;
    found[entry.ref.value()].push_back(entry.exemplar);
  }
  return found;
}

std::uint64_t ExemplarRing::version() const {
  const MutexLock lock(mutex_);
  return version_;
}

std::string ExemplarRing::encode(std::uint32_t series_end) const {
  const MutexLock lock(mutex_);
  const auto known = [&](const ExemplarOfSeries& entry) { return entry.ref.value() < series_end; };
  std::string bytes;
  put_varint(bytes, static_cast<std::uint64_t>(std::count_if(ring_.begin(), ring_.end(), known)));
  for (const ExemplarOfSeries& entry : ring_) {
    if (!known(entry)) continue;
    put_varint(bytes, entry.ref.value());
    encode_exemplar(entry.exemplar, bytes);
  }
  return bytes;
}

bool ExemplarRing::load(std::string_view bytes, std::uint32_t series_count) {
  const MutexLock lock(mutex_);
  ByteReader in(bytes);
  const std::uint64_t count = in.count(3);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t ref = in.varint();
    const Exemplar exemplar = decode_exemplar(in);
    if (!in.ok() || ref >= series_count) return false;
    push({SeriesRef(static_cast<std::uint32_t>(ref)), exemplar});
  }
  version_ = 0;
  return in.ok() && in.done();
}

std::size_t ExemplarRing::memory_bytes() const {
  const MutexLock lock(mutex_);
  return ring_.size() * kExemplarBytes;
}

}  // namespace sluice::storage
