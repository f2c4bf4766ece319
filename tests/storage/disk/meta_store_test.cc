#include "storage/disk/meta_store.h"

#include "storage/disk/bytes.h"
#include "tests/storage/disk/disk_fixture.h"

namespace sluice::storage {
namespace {

class MetaStoreTest : public DiskTest {
 protected:
  MetaStore open() {
    auto opened = MetaStore::open(*disk);
    EXPECT_TRUE(opened.has_value()) << opened.error().detail();
    return *opened;
  }
  void commit(const std::function<void(CommitBatch&)>& fill) {
    const auto batch = disk->new_batch();
    fill(*batch);
    ASSERT_TRUE(disk->commit(*batch, Sync::yes).has_value());
  }
};

TEST_F(MetaStoreTest, TenantsComeBackInOrderOfTheirNumbers) {
  open();
  commit([](CommitBatch& batch) {
    MetaStore::put_tenant(batch, {TenantNumber(300), "late"});
    MetaStore::put_tenant(batch, {TenantNumber(2), "early"});
  });
  reopen();
  const auto tenants = *open().tenants();
  ASSERT_EQ(tenants.size(), 2u);
  EXPECT_EQ(tenants[0].name, "early");
  EXPECT_EQ(tenants[1].number, TenantNumber(300));
}

TEST_F(MetaStoreTest, TheFlushedPositionIsZeroUntilItIsWritten) {
  EXPECT_EQ(*open().flushed_position(), 0u);
  commit([](CommitBatch& batch) { MetaStore::put_flushed_position(batch, 123456789); });
  EXPECT_EQ(*open().flushed_position(), 123456789u);
}

TEST_F(MetaStoreTest, SegmentsAreATenantsOwnAndInOrder) {
  commit([](CommitBatch& batch) {
    MetaStore::put_segment(batch, Segments::series, TenantNumber(1), 256, "b");
    MetaStore::put_segment(batch, Segments::series, TenantNumber(1), 0, "a");
    MetaStore::put_segment(batch, Segments::series, TenantNumber(2), 0, "other tenant");
    MetaStore::put_segment(batch, Segments::symbols, TenantNumber(1), 0, "other kind");
  });
  std::string seen;
  const auto done = open().each_segment(Segments::series, TenantNumber(1), [&](std::uint32_t first, auto bytes) {
    seen += std::to_string(first) + std::string(bytes) + " ";
    return Result<void>();
  });
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(seen, "0a 256b ");
}

TEST_F(MetaStoreTest, NotesAreReplacedAsAWhole) {
  using Notes = MetaStore::Notes;
  commit([](CommitBatch& batch) { MetaStore::put_notes(batch, Notes::metadata, TenantNumber(1), "old"); });
  commit([](CommitBatch& batch) { MetaStore::put_notes(batch, Notes::metadata, TenantNumber(1), "new"); });
  EXPECT_EQ(**open().notes(Notes::metadata, TenantNumber(1)), "new");
  EXPECT_EQ(*open().notes(Notes::exemplars, TenantNumber(1)), std::nullopt);
}

TEST_F(MetaStoreTest, AnUnknownFormatIsRefusedWithBothNumbers) {
  std::string version;
  put_varint(version, 99);
  put(Family::meta, "F", version);
  const auto opened = MetaStore::open(*disk);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Errc::corrupt);
  EXPECT_NE(opened.error().detail().find("format 99"), std::string::npos);
}

}  // namespace
}  // namespace sluice::storage
