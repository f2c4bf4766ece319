// storage/tsdb/judge.h
//
// Room: storage/tsdb. Decides what of a request is kept. The rules of time and order are the head's; here they meet the
// clock, the tenant's limits and the words that the sender reads.
#pragma once

#include <cstdint>

#include "proto/wire/write_batch.h"
#include "storage/tsdb/record.h"
#include "storage/tsdb/refusals.h"
#include "storage/tsdb/resolver.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

// Used by one commit leader at a time; buffers are reused from request to request.
class Judge {
 public:
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

  Resolver resolver_;
};

}  // namespace sluice::storage
