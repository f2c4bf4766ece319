#include "server/ingest/histogram_assembly.h"

#include <algorithm>
#include <cmath>

#include "proto/model/sample.h"

namespace sluice::server {
namespace {

using Buckets = std::vector<std::pair<double, double>>;

bool is_whole_number(double v) { return v == std::floor(v); }

bool all_stale(const Buckets& buckets, double count, double sum) {
  return is_stale_nan(count) && is_stale_nan(sum) &&
         std::all_of(buckets.begin(), buckets.end(), [](const auto& bucket) { return is_stale_nan(bucket.second); });
}

Histogram stale_marker() {
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.sum = stale_nan();
  return h;
}

// Cumulative counts, ascending by bound, to buckets of their own. nullopt: they contradict each other.
std::optional<Histogram> to_custom_buckets(const Buckets& buckets, double count, double sum) {
  if (all_stale(buckets, count, sum)) return stale_marker();
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.integer = is_whole_number(count);
  h.count = count;
  h.sum = sum;
  double before = 0;
  for (const auto& [bound, cumulative] : buckets) {
    if (!(cumulative >= before) || std::isinf(cumulative)) return std::nullopt;
    if (!std::isinf(bound)) h.custom_values.push_back(bound);
    h.positive_buckets.push_back(cumulative - before);
    h.integer = h.integer && is_whole_number(cumulative);
    before = cumulative;
  }
  if (before != count) return std::nullopt;
  h.positive_spans.push_back({0, static_cast<std::uint32_t>(h.positive_buckets.size())});
  return h;
}

}  // namespace

void HistogramAssembly::add(const Part& part, std::uint64_t request) {
  Scrape* const scrape = scrape_at(part.timestamp_ms, request);
  if (scrape == nullptr || scrape->done) return;
  scrape->last_request = request;
  switch (part.kind) {
    case PartKind::bucket: {
      know_bound(part.bound);
      auto& buckets = scrape->buckets;
      const auto at =
          std::find_if(buckets.begin(), buckets.end(), [&](const auto& bucket) { return bucket.first == part.bound; });
      if (at != buckets.end())
        at->second = part.value;  // pushed again
      else if (buckets.size() < kBoundsMax)
        buckets.emplace_back(part.bound, part.value);
      return;
    }
    case PartKind::count:
      scrape->count = part.value;
      scrape->start_ms = part.start_ms;
      return;
    case PartKind::sum: scrape->sum = part.value; return;
    case PartKind::none: return;
  }
}

// nullptr: older than all that are remembered.
HistogramAssembly::Scrape* HistogramAssembly::scrape_at(std::int64_t timestamp_ms, std::uint64_t request) {
  const auto position = [&] {
    return std::lower_bound(scrapes_.begin(), scrapes_.end(), timestamp_ms,
                            [](const Scrape& scrape, std::int64_t ms) { return scrape.timestamp_ms < ms; });
  };
  auto at = position();
  if (at != scrapes_.end() && at->timestamp_ms == timestamp_ms) return &*at;
  if (scrapes_.size() == kScrapesMax) {
    if (at == scrapes_.begin()) return nullptr;
    push_out_oldest();
    at = position();
  }
  at = scrapes_.insert(at, Scrape());
  at->timestamp_ms = timestamp_ms;
  at->first_request = request;
  at->buckets.reserve(bounds_.size());
  learn_anew_if_stuck();
  if (scrapes_.size() > kScrapesToLearn) learned_ = true;
  return &*at;
}

void HistogramAssembly::know_bound(double bound) {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), bound);
  if ((at == bounds_.end() || *at != bound) && bounds_.size() < kBoundsMax) bounds_.insert(at, bound);
}

void HistogramAssembly::push_out_oldest() {
  given_up_ += !scrapes_.front().done;
  scrapes_.erase(scrapes_.begin());
}

// Nothing became whole for a long time: a bucket that once was may be gone, so what there is now is learned anew.
void HistogramAssembly::learn_anew_if_stuck() {
  if (scrapes_.size() < kScrapesMax) return;
  if (std::any_of(scrapes_.begin(), scrapes_.end(), [](const Scrape& scrape) { return scrape.done; })) return;
  bounds_.clear();
  for (const Scrape& scrape : scrapes_)
    for (const auto& bucket : scrape.buckets) know_bound(bucket.first);
}

bool HistogramAssembly::is_whole(const Scrape& scrape) const {
  return learned_ && !scrape.done && scrape.count && scrape.sum && !bounds_.empty() && std::isinf(bounds_.back()) &&
         scrape.buckets.size() == bounds_.size();
}

std::vector<HistogramAssembly::Whole> HistogramAssembly::take_whole(std::uint64_t request) {
  std::vector<Whole> whole;
  for (Scrape& scrape : scrapes_) {
    if (!is_whole(scrape)) continue;
    std::sort(scrape.buckets.begin(), scrape.buckets.end());
    auto histogram = to_custom_buckets(scrape.buckets, *scrape.count, *scrape.sum);
    scrape.done = true;
    scrape.buckets = Buckets();
    if (histogram) {
      whole.push_back({scrape.timestamp_ms, scrape.start_ms, std::move(*histogram)});
    } else {
      ++given_up_;
      scrape.first_request = 0;  // did not come whole
    }
    scrape.last_request = request;
  }
  return whole;
}

bool HistogramAssembly::came_whole_with(std::uint64_t request, std::int64_t timestamp_ms) const {
  return std::any_of(scrapes_.begin(), scrapes_.end(), [&](const Scrape& scrape) {
    return scrape.timestamp_ms == timestamp_ms && scrape.done && scrape.first_request == request &&
           scrape.last_request == request;
  });
}

}  // namespace sluice::server
