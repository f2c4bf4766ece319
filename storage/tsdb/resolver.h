// storage/tsdb/resolver.h
//
// Room: storage/tsdb. From spellings to series. A known spelling costs a compare; only an unknown one is parsed,
// checked against the label rules, and registered. A refusal is remembered with its spelling too, so that a sender that
// repeats it costs no more than a good one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/wire/write_batch.h"
#include "storage/tsdb/label_rules.h"
#include "storage/tsdb/refusals.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

// A ref at or above this stands for a refusal. No tenant has that many series: a ref costs some 300 bytes.
inline constexpr std::uint32_t kRefusedRefs = 0xffffff00;
inline bool is_refused(SeriesRef ref) { return ref.value() >= kRefusedRefs; }
inline SeriesRef refused_ref(Refusal refusal) { return SeriesRef(kRefusedRefs + static_cast<std::uint32_t>(refusal)); }
inline Refusal refusal_of(SeriesRef ref) { return static_cast<Refusal>(ref.value() - kRefusedRefs); }

// Used by the tenant's commit leader, one at a time. The buffers are reused from batch to batch.
class Resolver {
 public:
  // Fills refs() with one entry per series of the batch. Examples of refused series go to `refusals`; counting their
  // samples is the judge's business. Adds newly registered series to report.new_series and tenant.new_in_group.
  void resolve(Tenant& tenant, const wire::WriteBatch& batch, const StorageLimits& limits, Refusals& refusals,
               WriteReport& report);
  const std::vector<SeriesRef>& refs() const { return refs_; }

 private:
  struct Work {
    Tenant& tenant;
    const wire::WriteBatch& batch;
    const StorageLimits& limits;
    Refusals& refusals;
    WriteReport& report;
  };
  SeriesRef resolve_miss(const Work& work, const wire::IncomingSeries& series, SpellingTable::Cursor& cursor);
  std::optional<LabelRefusal> parse(const Work& work, const wire::IncomingSeries& series);
  void explain_again(const Work& work, const wire::IncomingSeries& series, Refusal refusal);
  bool room_for_new_series(const Work& work) const;

  std::vector<SeriesRef> refs_;
  std::vector<LabelRef> labels_;
};

}  // namespace sluice::storage
