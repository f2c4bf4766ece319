#include "promql/cache/row_cache.h"

#include <limits>
#include <utility>

namespace sluice::promql {
namespace {

constexpr std::int64_t kFarPast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kFarFuture = std::numeric_limits<std::int64_t>::max();

// Clamps at the ends of time.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? kFarFuture : kFarPast;
}

// The steps of `grid` inside [from, until], which need not lie on it.
StepSpan within(const StepGrid& grid, std::int64_t from_ms, std::int64_t until_ms) {
  StepSpan span{grid.start_ms, grid.end_ms()};
  if (from_ms > span.last_ms || until_ms < span.first_ms) return {};
  if (from_ms > span.first_ms)
    span.first_ms += (from_ms - span.first_ms + grid.step_ms - 1) / grid.step_ms * grid.step_ms;
  if (until_ms < span.last_ms)
    span.last_ms -= (span.last_ms - until_ms + grid.step_ms - 1) / grid.step_ms * grid.step_ms;
  return span;
}

}  // namespace

class RowCache::TenantKeeper final : public RowKeeper {
 public:
  TenantKeeper(RowCache& cache, std::string tenant, std::shared_ptr<const SeriesSource> source)
      : cache_(cache),
        tenant_(std::move(tenant)),
        source_(std::move(source)),
        position_(source_->changes()->position()) {}

  Kept find(const std::string& question, const Reach& reach) override {
    const StoredRows stored = cache_.store_.find(tenant_, question);
    if (!stored.rows) return {};
    const std::int64_t changed_ms = source_->changes()->changed_from_ms(stored.position);
    const std::int64_t until_ms = changed_ms == kFarFuture ? kFarFuture : plus(changed_ms, -reach.ahead_ms - 1);
    return {stored.rows, within(stored.rows->grid(), whole_from_ms(reach), until_ms)};
  }
  void keep(const std::string& question, std::shared_ptr<const KeptRows> rows) override {
    cache_.store_.put(tenant_, question, {std::move(rows), position_});
  }
  std::int64_t whole_from_ms(const Reach& reach) const override {
    return plus(source_->earliest_ms(), reach.behind_ms);
  }
  std::uint64_t rows_bytes_max() const override { return cache_.store_.rows_bytes_max(); }
  void count(std::size_t steps_kept, std::size_t steps_evaluated) override {
    cache_.steps_kept_ += steps_kept;
    cache_.steps_evaluated_ += steps_evaluated;
  }

 private:
  RowCache& cache_;
  const std::string tenant_;
  const std::shared_ptr<const SeriesSource> source_;
  const std::uint64_t position_;  // read before the data
};

std::unique_ptr<RowKeeper> RowCache::keeper(const std::string& tenant, std::shared_ptr<const SeriesSource> source) {
  if (bytes_max_ == 0 || source->changes() == nullptr) return nullptr;
  return std::make_unique<TenantKeeper>(*this, tenant, std::move(source));
}

}  // namespace sluice::promql
