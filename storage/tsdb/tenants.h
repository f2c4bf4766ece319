// storage/tsdb/tenants.h
//
// Room: storage/tsdb. Who there is: tenants by name and by number. A tenant, once here, stays until the process ends.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/disk/disk.h"
#include "storage/tsdb/tenant.h"

namespace sluice::storage {

// Thread safety: every method may be called from any thread.
class Tenants {
 public:
  explicit Tenants(Disk& disk) : disk_(disk) {}

  std::shared_ptr<Tenant> find(const TenantId& id) const SLUICE_EXCLUDES(mutex_);
  // A new tenant gets its number on disk before anything can refer to it.
  Result<std::shared_ptr<Tenant>> find_or_create(const TenantId& id) SLUICE_EXCLUDES(mutex_);
  void adopt(std::shared_ptr<Tenant> tenant) SLUICE_EXCLUDES(mutex_);  // at start; numbers ascending

  std::shared_ptr<Tenant> by_number(TenantNumber number) const SLUICE_EXCLUDES(mutex_);  // null: unknown
  std::vector<std::shared_ptr<Tenant>> all() const SLUICE_EXCLUDES(mutex_);              // ascending by number

 private:
  Disk& disk_;
  mutable SharedMutex mutex_;
  std::map<std::string, std::shared_ptr<Tenant>, std::less<>> by_name_ SLUICE_GUARDED_BY(mutex_);
  std::map<TenantNumber, std::shared_ptr<Tenant>> by_number_ SLUICE_GUARDED_BY(mutex_);
};

// What each tenant may spend, also where no request carries it.
class LimitsBook {
 public:
  using LimitsOf = std::function<StorageLimits(const TenantId&)>;
  void set(LimitsOf limits_of) SLUICE_EXCLUDES(mutex_);
  StorageLimits of(const TenantId& tenant) const SLUICE_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  LimitsOf limits_of_ SLUICE_GUARDED_BY(mutex_);
};

}  // namespace sluice::storage
