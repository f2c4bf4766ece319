// storage/tsdb/tsdb.h
//
// Room: storage/tsdb. The door of storage that server opens: tenants, commits, questions, flush and compaction.
// Below: head, index, frame, disk. A write is durable (journal) before it is visible (head), and visible before append
// returns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/clock.h"
#include "proto/base/error.h"
#include "proto/base/tenant_id.h"
#include "proto/model/limits.h"
#include "proto/model/sample.h"
#include "proto/model/series_source.h"
#include "proto/wire/write_batch.h"

namespace sluice::storage {

enum class Durability : std::uint8_t { sync, async };

struct TsdbOptions {
  std::string data_dir;
  Durability durability = Durability::sync;
  std::uint32_t shards = 2;                            // commit lanes; a tenant's data lives in one
  std::int64_t flush_interval_ms = 5 * 60 * 1000;      // head to a fresh block
  std::int64_t keep_after_flush_ms = 2 * 3600 * 1000;  // flushed is not evicted
  std::int64_t partition_ms = 2 * 3600 * 1000;         // blocks never cross a partition's edge
  std::uint64_t head_bytes_max = 0;                    // 0: no budget; else evicts flushed data earlier
  std::uint64_t disk_free_bytes_min = 256u << 20;      // below: writes answer unavailable until space returns
  std::function<void(const std::string&)> warn = {};   // what an operator should know and no caller is told
  bool background = true;                              // false: tests drive flush() and compact() themselves
};

// Why a sample was not kept. The texts are Prometheus's.
enum class Refusal : std::uint8_t {
  out_of_order_too_old,  // "too old sample": older than the out-of-order window
  duplicate_timestamp,   // "duplicate sample for timestamp": another value is stored there
  too_far_in_future,     // "out of bounds: timestamp is too far in the future"
  out_of_retention,      // older than retention
  invalid_labels,        // no or empty __name__, bad UTF-8, duplicate or empty label name
  label_limit,           // labels_per_series_max, label_name_bytes_max, label_value_bytes_max
  series_limit,          // active_series_max
  invalid_histogram,
  out_of_order_exemplar,
  invalid_exemplar,    // its labels are longer than exemplar_label_characters_max
  malformed_exemplar,  // the decoder could not make sense of it
  no_samples,          // 2.0: nothing but labels
  malformed_series,    // the decoder could not make sense of its labels or references
  metadata_limit,      // metadata_metrics_max; counted by metrics
};
inline constexpr std::size_t kRefusalCount = 14;
const char* reason_label(Refusal refusal);  // the value of `reason` in metrics and logs

struct WriteReport {
  std::uint64_t samples_written = 0, histograms_written = 0, exemplars_written = 0;  // duplicates accepted count
  std::uint64_t duplicates = 0;               // of those: already stored with the same value
  std::uint64_t refused[kRefusalCount] = {};  // samples, exemplars or metadata, by reason
  std::vector<std::string> examples;          // full texts, at most kExamplesMax, a reason and series each
  static constexpr std::size_t kExamplesMax = 10;
  std::uint64_t new_series = 0;
  std::uint64_t refused_total() const;
};

struct NameCount {
  std::string name;
  std::uint64_t value = 0;
};

struct TenantStats {  // /api/v1/status/tsdb and /debug/tenants
  std::uint64_t series = 0, active_series = 0, label_pairs = 0, symbols = 0, samples_appended = 0;
  std::int64_t min_time_ms = 0, max_time_ms = 0;  // of the head
  std::uint64_t memory_bytes = 0;
};

struct Cardinality {  // each list descending, at most `limit`
  std::vector<NameCount> series_by_metric, label_values_by_name, memory_by_name, series_by_pair;
};

struct TsdbStats {
  std::uint64_t series = 0, tenants = 0, head_bytes = 0, index_bytes = 0, blocks = 0, disk_bytes = 0;
  std::uint64_t block_bytes = 0;  // of disk_bytes: samples and their postings
  std::uint64_t journal_bytes = 0, commits = 0, syncs = 0, flushes = 0, compactions = 0, compaction_backlog = 0;
  std::uint64_t flush_failures = 0, commit_failures = 0, lookup_failures = 0;
  std::uint64_t replayed_samples = 0;
  double replay_seconds = 0;
  bool writable = true;  // false: disk full or I/O error; `trouble` says which
  std::string trouble;
};

struct SeriesExemplars {
  Labels series;
  std::vector<Exemplar> exemplars;
};

// Thread safety: every method may be called from any thread; append() and flush() block on I/O.
class Tsdb {
 public:
  // Opens or creates the data directory, replays the journal. Errors: corrupt, unavailable (disk, locked by another).
  static Result<std::unique_ptr<Tsdb>> open(TsdbOptions options, const Clock& clock);
  virtual ~Tsdb() = default;

  // Judges, journals, publishes; returns when the accepted samples are as durable as the option says.
  // Partial refusal is a value: the rest was kept. Errors: unavailable (nothing of this batch was kept).
  virtual Result<WriteReport> append(const TenantId& tenant, const wire::WriteBatch& batch,
                                     const StorageLimits& limits) = 0;

  // A tenant nobody has written to has an empty source. The source keeps what it needs alive.
  virtual std::shared_ptr<const SeriesSource> source(const TenantId& tenant) = 0;

  virtual std::vector<MetricMetadata> metadata(const TenantId& tenant) = 0;  // sorted by metric name
  virtual Result<std::vector<SeriesExemplars>> exemplars(const TenantId& tenant,
                                                         const std::vector<std::vector<Matcher>>& selectors,
                                                         TimeRangeMs range) = 0;  // sorted by labels
  virtual TenantStats tenant_stats(const TenantId& tenant) = 0;
  virtual Cardinality cardinality(const TenantId& tenant, std::size_t limit) = 0;
  virtual std::vector<TenantId> tenants() = 0;
  virtual TsdbStats stats() = 0;

  // Retention and out-of-order windows come from here also in the background, where no request carries them.
  virtual void set_limits(std::function<StorageLimits(const TenantId&)> limits_of) = 0;

  virtual Result<void> flush() = 0;    // everything accepted so far into blocks; journal truncated
  virtual Result<void> compact() = 0;  // blocks to their final form: one per partition; retention applied
  virtual Result<void> close() = 0;    // flush, then release the directory; append() answers unavailable afterwards
};

}  // namespace sluice::storage
