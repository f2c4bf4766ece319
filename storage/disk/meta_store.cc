#include "storage/disk/meta_store.h"

#include "storage/disk/bytes.h"
#include "storage/disk/meta_keys.h"

namespace sluice::storage {

namespace {

std::string tenant_key(MetaKind kind, TenantNumber tenant) {
  std::string key = meta_key(kind);
  put_be32(key, tenant.value());
  return key;
}

std::string segment_key(TenantNumber tenant, std::uint32_t first) {
  std::string key;
  put_be32(key, tenant.value());
  put_be32(key, first);
  return key;
}

Family family_of(Segments kind) { return kind == Segments::symbols ? Family::symbols : Family::series; }

MetaKind kind_of(MetaStore::Notes kind) {
  return kind == MetaStore::Notes::metadata ? MetaKind::metadata : MetaKind::exemplars;
}

std::string varint_text(std::uint64_t value) {
  std::string text;
  put_varint(text, value);
  return text;
}

Result<void> mark_format(Disk& disk) {
  const auto batch = disk.new_batch();
  batch->put(Family::meta, meta_key(MetaKind::format), varint_text(MetaStore::kFormatVersion));
  return disk.commit(*batch, Sync::yes);
}

Result<void> check_format(const std::string& stored) {
  const std::uint64_t version = ByteReader(stored).varint();
  if (version == MetaStore::kFormatVersion) return {};
  return fail(Errc::corrupt, "the data directory has format " + std::to_string(version) + " and this program reads " +
                                 std::to_string(MetaStore::kFormatVersion) +
                                 ": start the version that wrote it, or choose another data_dir");
}

}  // namespace

Result<MetaStore> MetaStore::open(Disk& disk) {
  const auto stored = disk.get(Family::meta, meta_key(MetaKind::format));
  if (!stored) return tl::unexpected(stored.error());
  const auto fit = *stored ? check_format(**stored) : mark_format(disk);
  if (!fit) return tl::unexpected(fit.error());
  return MetaStore(disk);
}

Result<std::vector<MetaStore::Tenant>> MetaStore::tenants() const {
  std::vector<Tenant> found;
  const std::string prefix = meta_key(MetaKind::tenant);
  const auto cursor = disk_->cursor(Family::meta, {prefix, after_prefix(prefix)}, Caching::bypass);
  for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
    const TenantNumber number(ByteReader(cursor->key().substr(prefix.size())).be32());
    found.push_back({number, std::string(cursor->value())});
  }
  if (auto status = cursor->status(); !status) return tl::unexpected(status.error());
  return found;
}

void MetaStore::put_tenant(CommitBatch& batch, const Tenant& tenant) {
  batch.put(Family::meta, tenant_key(MetaKind::tenant, tenant.number), tenant.name);
}

Result<JournalPosition> MetaStore::flushed_position() const {
  return disk_->get(Family::meta, meta_key(MetaKind::position)).map([](const std::optional<std::string>& stored) {
    return stored ? ByteReader(*stored).varint() : JournalPosition{0};
  });
}

void MetaStore::put_flushed_position(CommitBatch& batch, JournalPosition position) {
  batch.put(Family::meta, meta_key(MetaKind::position), varint_text(position));
}

Result<void> MetaStore::each_segment(Segments kind, TenantNumber tenant, const Visit& visit) const {
  std::string prefix;
  put_be32(prefix, tenant.value());
  const auto cursor = disk_->cursor(family_of(kind), {prefix, after_prefix(prefix)}, Caching::bypass);
  for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
    const std::uint32_t first = ByteReader(cursor->key().substr(prefix.size())).be32();
    if (auto seen = visit(first, cursor->value()); !seen) return seen;
  }
  return cursor->status();
}

void MetaStore::put_segment(CommitBatch& batch, Segments kind, TenantNumber tenant, std::uint32_t first,
                            std::string_view bytes) {
  batch.put(family_of(kind), segment_key(tenant, first), bytes);
}

Result<std::optional<std::string>> MetaStore::notes(Notes kind, TenantNumber tenant) const {
  return disk_->get(Family::meta, tenant_key(kind_of(kind), tenant));
}

void MetaStore::put_notes(CommitBatch& batch, Notes kind, TenantNumber tenant, std::string_view bytes) {
  batch.put(Family::meta, tenant_key(kind_of(kind), tenant), bytes);
}

}  // namespace sluice::storage
