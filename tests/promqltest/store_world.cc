#include "tests/promqltest/store_world.h"

#include <limits>

#include "proto/wire/encode.h"
#include "proto/wire/spelling_hash.h"
#include "proto/wire/validate_histogram.h"
#include "storage/tsdb/open_tsdb.h"

namespace sluice::promqltest {
namespace {

// Scripts live in 1970 and may jump back by days: no clock and no window stands in their way.
class ScriptClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 253'402'300'800'000; }  // year 10000: whatever is flushed is old
  std::chrono::steady_clock::time_point steady_now() const override { return {}; }
};

StorageLimits script_limits() {
  constexpr std::int64_t kForeverMs = std::numeric_limits<std::int64_t>::max() / 4;
  StorageLimits limits;
  limits.out_of_order_window_ms = kForeverMs;
  limits.future_ms_max = kForeverMs;
  limits.retention_ms = kForeverMs;
  return limits;
}

}  // namespace

Result<std::unique_ptr<StoreWorld>> StoreWorld::open(std::shared_ptr<storage::Disk> disk, Answers answers) {
  static const ScriptClock clock;
  storage::TsdbOptions options;
  options.background = false;
  options.disk_free_bytes_min = 1 << 20;
  options.durability = storage::Durability::async;  // nobody cuts the power here
  options.keep_after_flush_ms = 0;
  auto tsdb = storage::open_tsdb(options, clock, std::move(disk));
  if (!tsdb) return tl::unexpected(tsdb.error());
  (*tsdb)->set_limits([](const TenantId&) { return script_limits(); });
  return std::unique_ptr<StoreWorld>(new StoreWorld(std::move(*tsdb), answers));
}

void StoreWorld::clear() { tenant_ = *TenantId::parse("world-" + std::to_string(++worlds_)); }

void StoreWorld::begin_series(const Labels& labels) {
  last_labels_ = labels;
  const std::string raw = wire::encode_labels_v1(labels);
  wire::IncomingSeries series;
  series.spelling = wire::spell(key_, raw.data(), raw.size());
  series.labels_offset = static_cast<std::uint32_t>(message_.size());
  series.labels_bytes = static_cast<std::uint32_t>(raw.size());
  series.first_sample = static_cast<std::uint32_t>(batch_.samples.size());
  message_ += raw;
  batch_.series.push_back(series);
}

Result<void> StoreWorld::append(const Labels& labels, const LoadedSample& sample) {
  if (sample.histogram)
    if (const auto wrong = wire::validate_histogram(*sample.histogram)) return fail(Errc::invalid_argument, *wrong);
  if (batch_.series.empty() || labels != last_labels_) begin_series(labels);
  sample.histogram ? add_histogram(sample) : add_float(sample);
  return {};
}

void StoreWorld::add_float(const LoadedSample& sample) {
  if (sample.start_ms != 0)
    batch_.starts.push_back({static_cast<std::uint32_t>(batch_.samples.size()), sample.start_ms});
  batch_.samples.push_back({sample.timestamp_ms, sample.value});
  ++batch_.series.back().sample_count;
}

void StoreWorld::add_histogram(const LoadedSample& sample) {
  const auto series = static_cast<std::uint32_t>(batch_.series.size() - 1);
  batch_.histograms.push_back({series, sample.timestamp_ms, sample.start_ms, *sample.histogram});
}

Result<void> StoreWorld::finish_load() {
  batch_.message = message_;
  const auto report = tsdb_->append(tenant_, batch_, script_limits());
  batch_.clear();
  message_.clear();
  if (!report) return tl::unexpected(report.error());
  if (report->refused_total() > 0) return fail(Errc::invalid_argument, report->examples.front());
  return answers_ == Answers::from_blocks ? tsdb_->flush() : Result<void>();
}

}  // namespace sluice::promqltest
