#include "bench/promql/question_world.h"

#include <cmath>
#include <cstdio>
#include <string>

#include "proto/base/check.h"
#include "storage/disk/memory_disk.h"
#include "tests/promqltest/store_world.h"

namespace sluice::promql::bench {
namespace {

using promqltest::LoadedSample;
using promqltest::StoreWorld;

constexpr std::int64_t kScrapes = kEndMs / kScrapeMs + 1;

std::string pod_name(int pod) {
  char text[16];
  std::snprintf(text, sizeof text, "pod-%03d", pod);
  return text;
}

void load_counter(StoreWorld& world, std::vector<Label> labels, double per_second) {
  const Labels sorted = Labels::sorted(std::move(labels));
  for (std::int64_t k = 0; k < kScrapes; ++k) {
    const std::int64_t at_ms = k * kScrapeMs;
    CHECK(world.append(sorted, {at_ms, per_second * static_cast<double>(at_ms) / 1000, nullptr, 0}));
  }
}

void load_requests(StoreWorld& world) {
  for (int pod = 0; pod < kPods; ++pod)
    for (const char* code : {"200", "404", "500", "503"})
      for (const char* method : {"GET", "HEAD", "PATCH", "POST", "PUT"})
        load_counter(world,
                     {{"__name__", "requests_total"}, {"pod", pod_name(pod)}, {"code", code}, {"method", method}},
                     1 + pod % 5);
}

void load_pod_info(StoreWorld& world) {
  for (int pod = 0; pod < kPods; ++pod) {
    const Labels labels = Labels::sorted(
        {{"__name__", "pod_info"}, {"pod", pod_name(pod)}, {"node", "node-" + std::to_string(pod % 20)}});
    for (std::int64_t k = 0; k < kScrapes; ++k) CHECK(world.append(labels, {k * kScrapeMs, 1, nullptr, 0}));
  }
}

void load_classic(StoreWorld& world) {
  for (int pod = 0; pod < kHistogramPods; ++pod)
    for (int bucket = 1; bucket <= kBuckets; ++bucket)
      load_counter(world,
                   {{"__name__", "latency_bucket"},
                    {"pod", pod_name(pod)},
                    {"le", bucket == kBuckets ? "+Inf" : std::to_string(bucket)}},
                   bucket);
}

Histogram native_at(std::int64_t scrape) {
  const auto times = static_cast<double>(scrape);
  Histogram h;
  h.schema = 0;
  h.count = 6 * times;
  h.sum = 20 * times;
  h.positive_spans = {{1, 3}};
  h.positive_buckets = {times, 2 * times, 3 * times};
  return h;
}

void load_native(StoreWorld& world) {
  for (int pod = 0; pod < kHistogramPods; ++pod) {
    const Labels labels = Labels::sorted({{"__name__", "latency"}, {"pod", pod_name(pod)}});
    for (std::int64_t k = 0; k < kScrapes; ++k)
      CHECK(world.append(labels, {k * kScrapeMs, 0, std::make_shared<const Histogram>(native_at(k)), 0}));
  }
}

std::unique_ptr<StoreWorld> load() {
  auto disk = storage::open_memory_disk(std::make_shared<storage::MemoryMedium>());
  auto world = StoreWorld::open(std::move(disk), StoreWorld::Answers::from_head);
  CHECK(world.has_value());
  for (const auto load_part : {load_requests, load_pod_info, load_classic, load_native}) {
    load_part(**world);
    CHECK((*world)->finish_load());
  }
  return std::move(*world);
}

}  // namespace

std::shared_ptr<const SeriesSource> question_world() {
  static const std::unique_ptr<StoreWorld> world = load();
  return world->source();
}

}  // namespace sluice::promql::bench
