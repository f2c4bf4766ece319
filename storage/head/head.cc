#include "storage/head/head.h"

#include "storage/head/head_impl.h"

namespace sluice::storage {

void Unflushed::clear() {
  series.clear();
  timestamps_ms.clear();
  values.clear();
  histograms.clear();
  starts.clear();
  keep_alive.clear();
}

Head::Head() : impl_(std::make_unique<Impl>()) {}
Head::~Head() = default;

void Head::ensure(SeriesRef ref, std::uint64_t target) { impl_->ensure(ref, target); }
void Head::prefetch(SeriesRef ref) const { impl_->prefetch(ref); }
Verdict Head::judge(SeriesRef ref, std::int64_t timestamp_ms, double value, const StorageLimits& limits) {
  return impl_->judge(ref, timestamp_ms, value, limits);
}
Verdict Head::judge(SeriesRef ref, std::int64_t timestamp_ms, std::shared_ptr<const Histogram> histogram,
                    const StorageLimits& limits) {
  return impl_->judge(ref, timestamp_ms, std::move(histogram), limits);
}
bool Head::only_disk_knows(SeriesRef ref, std::int64_t timestamp_ms, const StorageLimits& limits) const {
  return impl_->only_disk_knows(ref, timestamp_ms, limits);
}
void Head::rollback(std::span<const SeriesRef> refs) { impl_->rollback(refs); }
void Head::publish(const AcceptedSamples& accepted) { impl_->publish(accepted); }

void Head::read(std::span<const SeriesRef> refs, TimeRangeMs range, SeriesBatch& batch) const {
  impl_->read(refs, range, batch);
}
std::int64_t Head::complete_from_ms() const { return impl_->complete_from_ms.load(); }
void Head::begin_from(std::int64_t complete_from_ms) { impl_->begin_from(complete_from_ms); }
std::uint64_t Head::active_series() const { return impl_->active_series.load(); }
std::uint64_t Head::active_version() const { return impl_->active_version.load(); }
std::uint64_t Head::samples_published() const { return impl_->samples_published.load(); }
std::int64_t Head::min_time_ms() const { return impl_->min_time_ms.load(); }
std::int64_t Head::max_time_ms() const { return impl_->max_time_ms.load(); }
std::size_t Head::memory_bytes() const { return impl_->memory_bytes(); }
void Head::add_reaching(TimeRangeMs range, std::span<const SeriesRef> refs, std::vector<SeriesRef>& reaching) const {
  impl_->add_reaching(range, refs, reaching);
}
void Head::add_active(TimeRangeMs range, std::vector<SeriesRef>& refs) const { impl_->add_active(range, refs); }

void Head::collect_unflushed(SeriesRef first, SeriesRef last, Unflushed& out, FlushTicket& ticket) {
  impl_->collect(first.value(), last.value(), out, ticket);
}
void Head::mark_flushed(const FlushTicket& ticket) { impl_->mark_flushed(ticket); }
bool Head::has_unflushed() const { return impl_->unflushed_count.load() > 0; }
std::int64_t Head::oldest_unflushed_ms() const { return impl_->oldest_unflushed_ms(); }
void Head::announce_evict(std::int64_t before_ms) { impl_->announce_evict(before_ms); }
void Head::evict(std::int64_t before_ms) { impl_->evict(before_ms); }
std::uint32_t Head::series_count() const { return impl_->series_count.load(); }

}  // namespace sluice::storage
