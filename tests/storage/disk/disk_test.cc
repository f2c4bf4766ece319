#include "storage/disk/disk.h"

#include "tests/storage/disk/disk_fixture.h"

namespace sluice::storage {
namespace {

TEST_F(DiskTest, KeepsWhatWasCommittedAcrossAReopen) {
  put(Family::meta, "key", "value");
  reopen();
  const auto got = disk->get(Family::meta, "key");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(*got, "value");
  EXPECT_EQ(*disk->get(Family::series, "key"), std::nullopt) << "families are separate";
}

TEST_F(DiskTest, ABatchSpansFamilies) {
  const auto batch = disk->new_batch();
  batch->put(Family::meta, "a", "1");
  batch->put(Family::series, "a", "2");
  batch->put(Family::meta, "b", "3");
  batch->erase(Family::meta, "b");
  ASSERT_TRUE(disk->commit(*batch, Sync::no).has_value());
  EXPECT_EQ(**disk->get(Family::meta, "a"), "1");
  EXPECT_EQ(**disk->get(Family::series, "a"), "2");
  EXPECT_EQ(*disk->get(Family::meta, "b"), std::nullopt);
}

TEST_F(DiskTest, ACursorStaysInsideItsRangeAndShowsTheFamilyAsItWas) {
  for (const char* key : {"a", "b", "c", "d"}) put(Family::meta, key, key);
  const auto cursor = disk->cursor(Family::meta, {"b", "d"}, Caching::keep);
  put(Family::meta, "bb", "later");
  std::string seen;
  for (cursor->seek("a"); cursor->valid(); cursor->next()) seen += cursor->key();
  EXPECT_EQ(seen, "bc");
  EXPECT_TRUE(cursor->status().has_value());
  cursor->seek_to_last();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->key(), "c");
}

TEST_F(DiskTest, AnIngestedFileIsThereAfterAReopenAndADroppedOneIsNot) {
  for (const std::string prefix : {"1", "2"}) {
    auto file = disk->new_file(Family::blocks);
    ASSERT_TRUE(file.has_value()) << file.error().detail();
    ASSERT_TRUE((*file)->add(prefix + "a", "x").has_value());
    ASSERT_TRUE((*file)->add(prefix + "b", "y").has_value());
    const auto ingested = (*file)->ingest();
    ASSERT_TRUE(ingested.has_value()) << ingested.error().detail();
  }
  ASSERT_TRUE(disk->drop(Family::blocks, {"1", "2"}).has_value());
  EXPECT_EQ(*disk->get(Family::blocks, "1a"), std::nullopt);
  reopen();
  EXPECT_EQ(*disk->get(Family::blocks, "1b"), std::nullopt);
  EXPECT_EQ(**disk->get(Family::blocks, "2b"), "y");
}

TEST_F(DiskTest, AFileThatIsNotIngestedLeavesNothing) {
  {
    auto file = disk->new_file(Family::blocks);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE((*file)->add("a", "x").has_value());
  }
  EXPECT_EQ(*disk->get(Family::blocks, "a"), std::nullopt);
}

TEST_F(DiskTest, ACursorReadsOnWhileItsRangeIsDropped) {
  auto file = disk->new_file(Family::blocks);
  ASSERT_TRUE((*file)->add("1a", "x").has_value());
  ASSERT_TRUE((*file)->add("1b", "y").has_value());
  ASSERT_TRUE((*file)->ingest().has_value());
  const auto cursor = disk->cursor(Family::blocks, {"1", "2"}, Caching::keep);
  cursor->seek("1a");
  ASSERT_TRUE(disk->drop(Family::blocks, {"1", "2"}).has_value());
  ASSERT_TRUE(cursor->valid());
  cursor->next();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "y");
}

TEST_F(DiskTest, CountsItsSyncs) {
  const auto before = disk->sync_count();
  put(Family::meta, "a", "1");
  EXPECT_EQ(disk->sync_count(), before + 1);
}

TEST_F(DiskTest, KnowsItsSize) {
  put(Family::meta, "a", std::string(1000, 'x'));
  const auto usage = disk->usage();
  ASSERT_TRUE(usage.has_value());
  EXPECT_GT(usage->bytes, 1000u);
  EXPECT_GT(usage->free_bytes, 0u);
}

}  // namespace
}  // namespace sluice::storage
