// promql/cache/row_store.h
//
// Room: promql/cache. Kept rows by tenant and question, within one budget of bytes. When it is full, the tenant that
// holds most gives up what it has used least recently: a tenant that asks a thousand questions drives out its own.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "promql/exec/kept_rows.h"
#include "proto/base/mutex.h"

namespace sluice::promql {

struct StoredRows {
  std::shared_ptr<const KeptRows> rows;  // null: there are none
  std::uint64_t position = 0;            // of the tenant's change feed when they were known to be right
};

// Thread safety: every method may be called from any thread.
class RowStore {
 public:
  explicit RowStore(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  StoredRows find(const std::string& tenant, const std::string& question) SLUICE_EXCLUDES(mutex_);
  // Replaces. Rows larger than rows_bytes_max() are not kept: they would drive out everything else.
  void put(const std::string& tenant, const std::string& question, StoredRows stored) SLUICE_EXCLUDES(mutex_);
  std::uint64_t rows_bytes_max() const { return bytes_max_ / 8; }
  std::uint64_t bytes() const SLUICE_EXCLUDES(mutex_);

 private:
  struct Entry {
    std::string question;
    StoredRows stored;
    std::uint64_t bytes = 0;
  };
  struct Shelf {               // one tenant's
    std::list<Entry> entries;  // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index;
    std::uint64_t bytes = 0;
  };
  using Shelves = std::unordered_map<std::string, Shelf>;
  void remove(Shelves::iterator shelf, std::list<Entry>::iterator entry) SLUICE_REQUIRES(mutex_);
  void forget(const std::string& tenant, const std::string& question) SLUICE_REQUIRES(mutex_);
  void make_room() SLUICE_REQUIRES(mutex_);

  const std::uint64_t bytes_max_;
  mutable Mutex mutex_;
  Shelves shelves_ SLUICE_GUARDED_BY(mutex_);
  std::uint64_t bytes_ SLUICE_GUARDED_BY(mutex_) = 0;
};

}  // namespace sluice::promql
