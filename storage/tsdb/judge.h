// storage/tsdb/judge.h
//
// Room: storage/tsdb. Decides what of a request is kept. The rules of time and order are the head's; here they meet the
// clock, the tenant's limits and the words that the sender reads.
#pragma once

#include <atomic>
#include <cstdint>

#include "proto/wire/write_batch.h"
#include "storage/tsdb/record.h"
#include "storage/tsdb/refusals.h"
#include "storage/tsdb/resolver.h"
#include "storage/tsdb/stored_samples.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

// Used by one commit leader at a time; buffers are reused from request to request.
class Judge {
 public:
  // lookup_failures: counts parts whose older samples could not be compared with what blocks hold.
  Judge(const BlockStore& blocks, std::atomic<std::uint64_t>& lookup_failures)
      : blocks_(blocks), lookup_failures_(lookup_failures) {}

  // Fills `accepted` (replaced) and returns the report that is true once `accepted` is journaled and published.
  // What is accepted here is *admitted*: it must be published or rolled back.
  WriteReport judge(Tenant& tenant, const wire::WriteBatch& batch, const StorageLimits& limits, std::int64_t now_ms,
                    AcceptedPart& accepted);

 private:
  struct Work {
    Tenant& tenant;
    const wire::WriteBatch& batch;
    const StorageLimits& limits;
    std::int64_t latest_ms, earliest_ms;  // the window that the clock allows
    AcceptedPart& accepted;
    WriteReport& report;
    Refusals& refusals;
    std::size_t next_start;  // into batch.starts
  };
  void look_up_stored(Work& work);
  void want_stored(const Work& work, SeriesRef ref, std::int64_t timestamp_ms);
  template <class Value>
  Verdict verdict_on(const Work& work, SeriesRef ref, std::int64_t timestamp_ms, const Value& value) const;
  void judge_floats(Work& work);
  void judge_series(Work& work, const wire::IncomingSeries& series, SeriesRef ref);
  void judge_float(Work& work, SeriesRef ref, std::uint32_t index);
  void judge_histograms(Work& work);
  void judge_exemplars(Work& work);
  void judge_metadata(Work& work);
  void note_start(Work& work, SeriesRef ref, std::uint32_t sample);
  void refuse_metadata(Work& work, const MetricMetadata& metadata);
  void refuse_undecodable(Work& work);
  static bool in_window(const Work& work, std::int64_t timestamp_ms);
  template <class MakeText>
  void refuse(Work& work, Refusal refusal, SeriesRef ref, const MakeText& make_text);
  void refuse_outside_window(Work& work, SeriesRef ref, std::int64_t timestamp_ms);

  const BlockStore& blocks_;
  std::atomic<std::uint64_t>& lookup_failures_;
  Resolver resolver_;
  StoredSamples stored_;
};

}  // namespace sluice::storage
