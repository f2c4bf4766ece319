// storage/disk/meta_store.h
//
// Room: storage/disk. What is known besides samples: tenants, symbols and series in segments, metric metadata,
// exemplars, and how far the journal has been flushed. Reads go to the disk at once; writes are put into a CommitBatch,
// so that they happen together with what they belong to. docs/formats/meta.md draws keys and values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/disk/block_store.h"
#include "storage/disk/disk.h"
#include "storage/disk/journal.h"

namespace sluice::storage {

enum class Segments : std::uint8_t { symbols, series };

// Thread safety: every method may be called from any thread.
class MetaStore {
 public:
  static constexpr std::uint32_t kFormatVersion = 1;  // of every byte in the directory

  // Marks an empty store with the format version; refuses one that it does not know.
  static Result<MetaStore> open(Disk& disk);

  struct Tenant {
    TenantNumber number;
    std::string name;
  };
  Result<std::vector<Tenant>> tenants() const;  // ascending by number
  static void put_tenant(CommitBatch& batch, const Tenant& tenant);

  Result<JournalPosition> flushed_position() const;  // 0 before the first flush
  static void put_flushed_position(CommitBatch& batch, JournalPosition position);

  // Segments are appended: `first` is the id of the first entry inside.
  using Visit = std::function<Result<void>(std::uint32_t first, std::string_view bytes)>;
  Result<void> each_segment(Segments kind, TenantNumber tenant, const Visit& visit) const;  // ascending by `first`
  static void put_segment(CommitBatch& batch, Segments kind, TenantNumber tenant, std::uint32_t first,
                          std::string_view bytes);

  // One value per tenant, replaced as a whole.
  enum class Notes : std::uint8_t { metadata, exemplars };
  Result<std::optional<std::string>> notes(Notes kind, TenantNumber tenant) const;
  static void put_notes(CommitBatch& batch, Notes kind, TenantNumber tenant, std::string_view bytes);

 private:
  explicit MetaStore(Disk& disk) : disk_(&disk) {}
  Disk* disk_;
};

}  // namespace sluice::storage
