#include "storage/tsdb/source.h"

#include <algorithm>

#include "storage/tsdb/block_reader.h"
#include "storage/tsdb/series_set.h"

namespace sluice::storage {

namespace {

// Finding out who is alive costs a walk over the head; it pays when most series are not.
constexpr std::uint64_t kDeadPerAliveWorthFiltering = 1;

}  // namespace

TimeRangeMs TenantSource::within_retention(TimeRangeMs range) const {
  return {std::max(range.min_ms, earliest_ms_), range.max_ms};
}

bool TenantSource::nothing_in(TimeRangeMs range) const {
  const Head& head = tenant_->head;
  const bool in_memory = range.min_ms <= head.max_time_ms() && range.max_ms >= head.min_time_ms();
  return !in_memory && blocks_->overlapping(range.min_ms, range.max_ms).empty();
}

Result<RefSet> TenantSource::in_blocks(TimeRangeMs range) const {
  RefSet refs;
  const std::int64_t complete_from_ms = tenant_->head.complete_from_ms();
  if (complete_from_ms <= range.min_ms) return refs;
  for (const auto& block : blocks_->overlapping(range.min_ms, std::min(range.max_ms, complete_from_ms - 1))) {
    const auto in_block = BlockReader(block, tenant_->number).series();
    if (!in_block) return tl::unexpected(in_block.error());
    refs |= *in_block;
  }
  return refs;
}

// Memory first, here and below: what is evicted meanwhile is in a block that is listed by then.
Result<RefSet> TenantSource::alive(TimeRangeMs range) const {
  const auto in_memory = tenant_->active.in(range);
  return in_blocks(range).map([&](RefSet refs) { return refs | *in_memory; });
}

Result<std::optional<RefSet>> TenantSource::worth_filtering(TimeRangeMs range) const {
  if (tenant_->index.size() <= (1 + kDeadPerAliveWorthFiltering) * tenant_->head.active_series()) return std::nullopt;
  return alive(range).map([](RefSet refs) { return std::optional<RefSet>(std::move(refs)); });
}

Result<TenantSource::Refs> TenantSource::matching(std::span<const Matcher> matchers, TimeRangeMs range,
                                                  std::stop_token stop) const {
  if (nothing_in(range)) return Refs();
  const auto filter = worth_filtering(range);
  if (!filter) return tl::unexpected(filter.error());
  return tenant_->index.select({matchers, *filter ? &**filter : nullptr, std::move(stop)});
}

// Of `refs` (ascending) those that have something in the range: in memory by their oldest and newest sample, on disk by
// the blocks that overlap it.
Result<TenantSource::Refs> TenantSource::present(Refs refs, TimeRangeMs range) const {
  Refs reaching;
  tenant_->head.add_reaching(range, refs, reaching);
  if (reaching.size() == refs.size()) return reaching;
  return in_blocks(range).map([&](const RefSet& on_disk) {
    auto next = reaching.begin();
    std::erase_if(refs, [&](SeriesRef ref) {
      const bool in_memory = next != reaching.end() && *next == ref;
      if (in_memory) ++next;
      return !in_memory && !on_disk.contains(ref.value());
    });
    return std::move(refs);
  });
}

std::unique_ptr<SeriesSet> TenantSource::set_of(Refs refs, TimeRangeMs range) const {
  return std::make_unique<TenantSeriesSet>(tenant_, blocks_, std::move(refs), range);
}

Result<std::unique_ptr<SeriesSet>> TenantSource::select(std::span<const Matcher> matchers, TimeRangeMs range,
                                                        std::stop_token stop) const {
  const TimeRangeMs shown = within_retention(range);
  return matching(matchers, shown, std::move(stop)).map([&](Refs refs) { return set_of(std::move(refs), shown); });
}

Result<std::unique_ptr<SeriesSet>> TenantSource::list(std::span<const Matcher> matchers, TimeRangeMs range,
                                                      std::stop_token stop) const {
  const TimeRangeMs shown = within_retention(range);
  return matching(matchers, shown, std::move(stop))
      .and_then([&](Refs refs) { return present(std::move(refs), shown); })
      .map([&](Refs refs) { return set_of(std::move(refs), shown); });
}

// Series that any selector matches and that are present in the range.
Result<RefSet> TenantSource::series_of(const LabelQuery& query) const {
  const TimeRangeMs shown = within_retention(query.range);
  const auto among = alive(shown);
  if (!among) return among;
  RefSet matched;
  for (const auto& selector : query.selectors) {
    const auto refs = tenant_->index.select({selector, &*among, query.stop});
    if (!refs) return tl::unexpected(refs.error());
    for (const SeriesRef ref : *refs) matched.add(ref.value());
  }
  Refs asked;
  for (const std::uint32_t ref : query.selectors.empty() ? *among : matched) asked.emplace_back(ref);
  return present(std::move(asked), shown).map([](const Refs& refs) {
    RefSet set;
    for (const SeriesRef ref : refs) set.add(ref.value());
    return set;
  });
}

Result<std::vector<std::string>> TenantSource::label_names(const LabelQuery& query) const {
  return series_of(query).map([&](const RefSet& among) { return tenant_->index.label_names(&among, query.limit); });
}

Result<std::vector<std::string>> TenantSource::label_values(const std::string& name, const LabelQuery& query) const {
  return series_of(query).map(
      [&](const RefSet& among) { return tenant_->index.label_values(name, &among, query.limit); });
}

namespace {

class EmptySet final : public SeriesSet {
 public:
  std::size_t size() const override { return 0; }
  LabelsView labels(std::size_t) const override { return {}; }
  Result<void> read(std::size_t, std::size_t, SeriesBatch& batch) const override {
    batch.clear();
    return {};
  }
};

}  // namespace

Result<std::unique_ptr<SeriesSet>> EmptySource::select(std::span<const Matcher>, TimeRangeMs, std::stop_token) const {
  return std::make_unique<EmptySet>();
}

}  // namespace sluice::storage
