#include "storage/disk/block_store.h"

#include "tests/storage/disk/disk_fixture.h"

namespace sluice::storage {
namespace {

RunKey run(std::uint32_t tenant, std::uint32_t metric, std::uint32_t last) {
  return {TenantNumber(tenant), BlockKind::runs, SymbolId(metric), SeriesRef(last)};
}

class BlockStoreTest : public DiskTest {
 protected:
  BlockStoreTest() { open(); }

  void open() {
    store.reset();
    auto opened = BlockStore::open(disk);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    store = std::move(*opened);
  }

  void restart() {
    store.reset();  // it holds the disk, and a directory has one owner
    reopen();
    open();
  }

  BlockInfo write(const std::vector<std::pair<RunKey, std::string>>& runs) {
    auto writer = store->new_block();
    EXPECT_TRUE(writer.has_value());
    for (const auto& [key, value] : runs) EXPECT_TRUE((*writer)->add(key, value).has_value());
    EXPECT_TRUE((*writer)->finish().has_value());
    BlockInfo info;
    info.id = (*writer)->id();
    info.max_ms = 1000;
    return info;
  }

  void commit(const BlockStore::Change& change) {
    const auto batch = disk->new_batch();
    ASSERT_TRUE(store->commit(change, *batch).has_value());
  }

  std::vector<std::string> read(std::uint32_t tenant) {
    std::vector<std::string> found;
    for (const auto& block : store->all()) {
      RunCursor cursor(block, TenantNumber(tenant), BlockKind::runs, Caching::keep);
      for (cursor.seek(SymbolId(0), SeriesRef(0)); cursor.valid(); cursor.next()) found.emplace_back(cursor.value());
    }
    return found;
  }

  using Texts = std::vector<std::string>;
  std::unique_ptr<BlockStore> store;
};

TEST_F(BlockStoreTest, ACommittedBlockSurvivesAReopen) {
  BlockInfo info = write({{run(1, 1, 5), "x"}});
  info.partition_ms = -7200000;
  info.min_ms = -5;
  info.samples = 77;
  info.bytes = 99;
  info.final = true;
  commit({{info}, {}});
  restart();
  EXPECT_EQ(read(1), Texts{"x"});
  const auto& found = store->all().at(0)->info;
  EXPECT_EQ(found.id, info.id);
  EXPECT_EQ(found.partition_ms, -7200000);
  EXPECT_EQ(found.min_ms, -5);
  EXPECT_EQ(found.max_ms, 1000);
  EXPECT_EQ(found.samples, 77u);
  EXPECT_EQ(found.bytes, 99u);
  EXPECT_TRUE(found.final);
}

TEST_F(BlockStoreTest, ABlockWithoutACatalogEntryIsRemovedAtTheNextStartAndItsIdIsNotReused) {
  const BlockInfo orphan = write({{run(1, 1, 5), "x"}});
  restart();
  EXPECT_TRUE(store->all().empty());
  const auto cursor = disk->cursor(Family::blocks, {}, Caching::keep);
  cursor->seek("");
  EXPECT_FALSE(cursor->valid());
  EXPECT_GT(write({{run(1, 1, 5), "y"}}).id, orphan.id);
}

TEST_F(BlockStoreTest, SeekLandsOnTheRunThatMayHoldTheSeries) {
  commit({{write({{run(1, 1, 10), "1..10"}, {run(1, 1, 20), "11..20"}, {run(1, 2, 15), "other metric"}})}, {}});
  RunCursor cursor(store->all().at(0), TenantNumber(1), BlockKind::runs, Caching::keep);
  cursor.seek(SymbolId(1), SeriesRef(10));
  EXPECT_EQ(cursor.value(), "1..10");
  cursor.seek(SymbolId(1), SeriesRef(11));
  EXPECT_EQ(cursor.value(), "11..20");
  EXPECT_EQ(cursor.key(), run(1, 1, 20));
  cursor.seek(SymbolId(1), SeriesRef(21));
  EXPECT_EQ(cursor.value(), "other metric");
  cursor.next();
  EXPECT_FALSE(cursor.valid());
  EXPECT_TRUE(cursor.status().has_value());
}

TEST_F(BlockStoreTest, ATenantSeesOnlyItsOwnRuns) {
  commit({{write({{run(1, 1, 5), "one"}, {run(2, 1, 5), "two"}, {run(3, 1, 5), "three"}})}, {}});
  EXPECT_EQ(read(2), Texts{"two"});
  EXPECT_EQ(read(4), Texts{});
  Result<void> status;
  const std::vector<TenantNumber> expected{TenantNumber(1), TenantNumber(2), TenantNumber(3)};
  EXPECT_EQ(store->all().at(0)->tenants(status), expected);
}

TEST_F(BlockStoreTest, AReplacedBlockIsReadableWhileSomebodyHoldsItAndGoneAfter) {
  const BlockInfo old = write({{run(1, 1, 5), "old"}});
  commit({{old}, {}});
  auto held = store->all();
  commit({{write({{run(1, 1, 5), "new"}})}, {old.id}});
  EXPECT_EQ(read(1), Texts{"new"});
  {
    RunCursor cursor(held.at(0), TenantNumber(1), BlockKind::runs, Caching::keep);
    cursor.seek(SymbolId(1), SeriesRef(1));
    ASSERT_TRUE(cursor.valid());
    EXPECT_EQ(cursor.value(), "old");
  }
  held.clear();
  const auto cursor = disk->cursor(Family::blocks, {}, Caching::keep);
  cursor->seek("");
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "new");
}

TEST_F(BlockStoreTest, OnlyOverlappingBlocksAreOffered) {
  BlockInfo info = write({{run(1, 1, 5), "x"}});
  info.min_ms = 100;
  info.max_ms = 200;
  commit({{info}, {}});
  EXPECT_EQ(store->overlapping(200, 300).size(), 1u);
  EXPECT_EQ(store->overlapping(0, 100).size(), 1u);
  EXPECT_EQ(store->overlapping(201, 300).size(), 0u);
  EXPECT_EQ(store->overlapping(0, 99).size(), 0u);
}

TEST_F(BlockStoreTest, ADamagedCatalogEntryIsNamed) {
  put(Family::meta, std::string("B\0\0\0\0\0\0\0\x09", 9), "\x80");
  const auto opened = BlockStore::open(disk);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Errc::corrupt);
  EXPECT_NE(opened.error().detail().find("block 9"), std::string::npos);
}

}  // namespace
}  // namespace sluice::storage
