#include "storage/tsdb/lane.h"

#include <unordered_map>

namespace sluice::storage {

// Leaves the analysis out: clang cannot follow a condition variable's lock.
Result<WriteReport> Lane::commit(Tenant& tenant, const wire::WriteBatch& batch,
                                 const StorageLimits& limits) SLUICE_NO_ANALYSIS {
  Part part{tenant, batch, limits};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&part);
  while (!part.done) {
    if (led_) {
      changed_.wait(lock);
      continue;
    }
    led_ = true;
    const auto group = take_group();
    lock.unlock();
    run(group);
    lock.lock();
    for (Part* finished : group) finished->done = true;
    led_ = false;
    changed_.notify_all();
  }
  return std::move(part.outcome);
}

std::vector<Lane::Part*> Lane::take_group() {
  std::vector<Part*> group;
  std::size_t samples = 0;
  while (!queue_.empty() && group.size() < kGroupPartsMax && (group.empty() || samples < kGroupSamplesMax)) {
    group.push_back(queue_.front());
    samples += queue_.front()->batch.samples.size();
    queue_.pop_front();
  }
  return group;
}

void Lane::run(std::span<Part* const> group) {
  const MutexLock lock(group_mutex_);
  if (auto admitted = door_.watch.admit(); !admitted) {
    ++door_.counters.failures;
    return refuse(group, admitted.error());
  }
  judge(group);
  if (auto journaled = journal(); !journaled) {
    ++door_.counters.failures;
    door_.watch.failed(journaled.error());
    roll_back(group);
    return refuse(group, Error(Errc::unavailable, journaled.error().detail()));
  }
  ++door_.counters.commits;
  publish(group);
}

void Lane::judge(std::span<Part* const> group) {
  if (accepted_.size() < group.size()) accepted_.resize(group.size());
  records_.resize(group.size());
  const std::int64_t now_ms = door_.clock.now_ms();
  for (std::size_t i = 0; i < group.size(); ++i) {
    Part& part = *group[i];
    part.outcome = judge_.judge(part.tenant, part.batch, part.limits, now_ms, accepted_[i]);
    records_[i].clear();
    if (accepted_[i].empty()) continue;
    const Watermark now = part.tenant.registered();
    encode_record(part.tenant.number, part.tenant.symbols, part.tenant.index, part.tenant.in_group, now, accepted_[i],
                  records_[i]);
    part.tenant.in_group = now;
  }
}

Result<void> Lane::journal() {
  std::vector<std::string_view> records;
  for (const std::string& record : records_) {
    if (!record.empty()) records.push_back(record);
  }
  if (records.empty()) return {};
  return door_.journal.append(records, door_.sync).map([](JournalPosition) {});
}

void Lane::publish(std::span<Part* const> group) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    Tenant& tenant = group[i]->tenant;
    const AcceptedPart& part = accepted_[i];
    tenant.head.publish({part.floats, part.histograms, part.starts});
    if (!part.floats.empty() || !part.histograms.empty()) tenant.changes.note(part.oldest_sample_ms());
    tenant.exemplars.publish(part.exemplars, group[i]->limits.exemplars_max);
    tenant.metadata.put(part.metadata);
    tenant.samples_appended += part.floats.size() + part.histograms.size();
    tenant.settle(tenant.in_group);
  }
}

void Lane::roll_back(std::span<Part* const> group) {
  std::unordered_map<Tenant*, std::vector<SeriesRef>> touched;  // a head is told once, of all its parts together
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto& refs = touched[&group[i]->tenant];
    for (const FloatSample& sample : accepted_[i].floats) refs.push_back(sample.ref);
    for (const HistogramSample& sample : accepted_[i].histograms) refs.push_back(sample.ref);
  }
  for (const auto& [tenant, refs] : touched) {
    tenant->head.rollback(refs);
    tenant->settle(tenant->journaled);
  }
}

void Lane::refuse(std::span<Part* const> group, const Error& error) {
  for (Part* part : group) part->outcome = tl::unexpected(error);
}

}  // namespace sluice::storage
