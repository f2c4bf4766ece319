#include "promql/cache/row_store.h"

#include <algorithm>

namespace sluice::promql {
namespace {

constexpr std::uint64_t kEntryBytes = 256;  // list node, index node

}  // namespace

StoredRows RowStore::find(const std::string& tenant, const std::string& question) {
  const MutexLock lock(mutex_);
  const auto shelf = shelves_.find(tenant);
  if (shelf == shelves_.end()) return {};
  const auto found = shelf->second.index.find(question);
  if (found == shelf->second.index.end()) return {};
  auto& entries = shelf->second.entries;
  entries.splice(entries.begin(), entries, found->second);
  return found->second->stored;
}

void RowStore::put(const std::string& tenant, const std::string& question, StoredRows stored) {
  const std::uint64_t bytes = stored.rows->memory_bytes() + question.size() + kEntryBytes;
  const MutexLock lock(mutex_);
  forget(tenant, question);
  if (bytes > rows_bytes_max()) return;
  Shelf& shelf = shelves_[tenant];
  shelf.entries.push_front({question, std::move(stored), bytes});
  shelf.index.emplace(shelf.entries.front().question, shelf.entries.begin());
  shelf.bytes += bytes;
  bytes_ += bytes;
  make_room();
}

std::uint64_t RowStore::bytes() const {
  const MutexLock lock(mutex_);
  return bytes_;
}

void RowStore::remove(Shelves::iterator shelf, std::list<Entry>::iterator entry) {
  Shelf& from = shelf->second;
  from.bytes -= entry->bytes;
  bytes_ -= entry->bytes;
  from.index.erase(entry->question);
  from.entries.erase(entry);
  if (from.entries.empty()) shelves_.erase(shelf);
}

void RowStore::forget(const std::string& tenant, const std::string& question) {
  const auto shelf = shelves_.find(tenant);
  if (shelf == shelves_.end()) return;
  const auto found = shelf->second.index.find(question);
  if (found != shelf->second.index.end()) remove(shelf, found->second);
}

void RowStore::make_room() {
  while (bytes_ > bytes_max_) {
    const auto largest = std::max_element(shelves_.begin(), shelves_.end(),
                                          [](const auto& a, const auto& b) { return a.second.bytes < b.second.bytes; });
    remove(largest, std::prev(largest->second.entries.end()));
  }
}

}  // namespace sluice::promql
