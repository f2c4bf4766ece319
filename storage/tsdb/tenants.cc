#include "storage/tsdb/tenants.h"

#include "storage/disk/meta_store.h"

namespace sluice::storage {

std::shared_ptr<Tenant> Tenants::find(const TenantId& id) const {
  const ReadLock lock(mutex_);
  const auto at = by_name_.find(id.text());
  return at == by_name_.end() ? nullptr : at->second;
}

Result<std::shared_ptr<Tenant>> Tenants::find_or_create(const TenantId& id) {
  if (auto known = find(id)) return known;
  const WriteLock lock(mutex_);
  if (const auto at = by_name_.find(id.text()); at != by_name_.end()) return at->second;
  const TenantNumber number(by_number_.empty() ? 1 : by_number_.rbegin()->first.value() + 1);
  const auto batch = disk_.new_batch();
  MetaStore::put_tenant(*batch, {number, id.text()});
  if (auto committed = disk_.commit(*batch, Sync::yes); !committed) return tl::unexpected(committed.error());
  const auto tenant = std::make_shared<Tenant>(id, number);
  by_name_.emplace(id.text(), tenant);
  by_number_.emplace(number, tenant);
  return tenant;
}

void Tenants::adopt(std::shared_ptr<Tenant> tenant) {
  const WriteLock lock(mutex_);
  by_name_.emplace(tenant->id.text(), tenant);
  by_number_.emplace(tenant->number, tenant);
}

std::shared_ptr<Tenant> Tenants::by_number(TenantNumber number) const {
  const ReadLock lock(mutex_);
  const auto at = by_number_.find(number);
  return at == by_number_.end() ? nullptr : at->second;
}

std::vector<std::shared_ptr<Tenant>> Tenants::all() const {
  const ReadLock lock(mutex_);
  std::vector<std::shared_ptr<Tenant>> all;
  for (const auto& [number, tenant] : by_number_) all.push_back(tenant);
  return all;
}

void LimitsBook::set(LimitsOf limits_of) {
  const MutexLock lock(mutex_);
  limits_of_ = std::move(limits_of);
}

StorageLimits LimitsBook::of(const TenantId& tenant) const {
  LimitsOf limits_of;
  {
    const MutexLock lock(mutex_);
    limits_of = limits_of_;
  }
  return limits_of ? limits_of(tenant) : StorageLimits();
}

}  // namespace sluice::storage
