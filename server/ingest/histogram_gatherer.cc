#include "server/ingest/histogram_gatherer.h"

#include <algorithm>
#include <span>

#include "proto/wire/spelling_hash.h"

namespace sluice::server {

void GatheredHistograms::clear() {
  batch.clear();
  message.clear();
  came_whole.clear();
}

GatheringCounts HistogramGatherer::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

void HistogramGatherer::gather(const wire::WriteBatch& push, GatheredHistograms& gathered) {
  gathered.clear();
  const MutexLock lock(mutex_);
  ++pushes_;
  std::vector<Role> roles;
  roles.reserve(push.series.size());
  for (const wire::IncomingSeries& series : push.series) roles.push_back(role_of(push, series));
  add_parts(push, roles);
  for (const Role& role : roles) {
    if (!role.histogram || role.histogram->last_push == pushes_) continue;
    role.histogram->last_push = pushes_;
    take_whole(*role.histogram, gathered);
  }
  gathered.batch.message = gathered.message;
  gathered.came_whole.resize(push.series.size());
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const wire::IncomingSeries& series = push.series[i];
    const auto samples = std::span(push.samples).subspan(series.first_sample, series.sample_count);
    gathered.came_whole[i] = roles[i].histogram && !samples.empty() &&
                             std::all_of(samples.begin(), samples.end(), [&](const Sample& sample) {
                               return roles[i].histogram->assembly.came_whole_with(pushes_, sample.timestamp_ms);
                             });
  }
  for (const wire::IncomingHistogram& histogram : push.histograms) gathered.came_whole[histogram.series] = false;
  for (const wire::IncomingExemplar& exemplar : push.exemplars) gathered.came_whole[exemplar.series] = false;
}

// Starts are ascending by sample, and so are the samples of the series that have any.
void HistogramGatherer::add_parts(const wire::WriteBatch& push, std::vector<Role>& roles) {
  std::size_t next_start = 0;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const wire::IncomingSeries& series = push.series[i];
    if (!roles[i].histogram) continue;
    for (std::uint32_t k = series.first_sample; k < series.first_sample + series.sample_count; ++k) {
      while (next_start < push.starts.size() && push.starts[next_start].sample < k) ++next_start;
      const bool has_start = next_start < push.starts.size() && push.starts[next_start].sample == k;
      const Sample& sample = push.samples[k];
      roles[i].histogram->assembly.add({roles[i].kind, roles[i].bound, sample.timestamp_ms, sample.value,
                                        has_start ? push.starts[next_start].start_ms : 0},
                                       pushes_);
    }
  }
}

void HistogramGatherer::take_whole(Known& histogram, GatheredHistograms& gathered) {
  const std::uint64_t given_up_before = histogram.given_up_counted;
  auto whole = histogram.assembly.take_whole(pushes_);
  histogram.given_up_counted = histogram.assembly.given_up();
  counts_.left_classic += histogram.given_up_counted - given_up_before;
  counts_.converted += whole.size();
  if (whole.empty()) return;
  auto& batch = gathered.batch;
  wire::IncomingSeries series;
  series.spelling = wire::spell(key_, histogram.labels.data(), histogram.labels.size());
  series.labels_offset = static_cast<std::uint32_t>(gathered.message.size());
  series.labels_bytes = static_cast<std::uint32_t>(histogram.labels.size());
  gathered.message += histogram.labels;
  const auto index = static_cast<std::uint32_t>(batch.series.size());
  batch.series.push_back(series);
  for (auto& one : whole) batch.histograms.push_back({index, one.timestamp_ms, one.start_ms, std::move(one.histogram)});
}

const HistogramGatherer::Role& HistogramGatherer::role_of(const wire::WriteBatch& push,
                                                          const wire::IncomingSeries& series) {
  if (const auto known = roles_.find(series.spelling); known != roles_.end()) return known->second;
  if (roles_.size() >= kKnownSeriesMax) roles_.clear();
  Role role = find_role(push, series);
  return roles_.emplace(series.spelling, std::move(role)).first->second;
}

HistogramGatherer::Role HistogramGatherer::find_role(const wire::WriteBatch& push, const wire::IncomingSeries& series) {
  labels_.clear();
  if (!wire::decode_labels(push, series, labels_)) return {};  // storage says what is wrong with them
  const ClassicPart part = classic_part_of(labels_);
  if (part.kind == PartKind::none) return {};
  auto histogram = find_or_add(part.histogram);
  if (!histogram) return {};
  return {std::move(histogram), part.kind, part.bound};
}

// Null: there is no room for another one.
std::shared_ptr<HistogramGatherer::Known> HistogramGatherer::find_or_add(const std::string& labels) {
  if (const auto known = histograms_.find(labels); known != histograms_.end()) return known->second;
  if (histograms_.size() >= histograms_max_) forget_idle();
  if (histograms_.size() >= histograms_max_) return nullptr;
  auto added = std::make_shared<Known>();
  added->labels = labels;
  histograms_.emplace(labels, added);
  return added;
}

// At most once in kPushesBetween pushes, because it looks at all of them.
void HistogramGatherer::forget_idle() {
  constexpr std::uint64_t kPushesBetween = 1'000;
  if (pushes_ < swept_at_ + kPushesBetween) return;
  std::erase_if(histograms_, [&](const auto& entry) { return entry.second->last_push < swept_at_; });
  roles_.clear();
  swept_at_ = pushes_;
}

std::uint64_t remove_series(const std::vector<bool>& marked, wire::WriteBatch& push) {
  std::uint64_t samples = 0;
  std::vector<std::uint32_t> moved_to(push.series.size());
  std::uint32_t kept = 0;
  for (std::size_t i = 0; i < push.series.size(); ++i) {
    if (marked[i]) {
      samples += push.series[i].sample_count;
      continue;
    }
    moved_to[i] = kept;
    push.series[kept++] = push.series[i];
  }
  push.series.resize(kept);
  for (wire::IncomingHistogram& histogram : push.histograms) histogram.series = moved_to[histogram.series];
  for (wire::IncomingExemplar& exemplar : push.exemplars) exemplar.series = moved_to[exemplar.series];
  return samples;
}

}  // namespace sluice::server
