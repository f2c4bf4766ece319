#include "storage/disk/journal.h"

#include "tests/storage/disk/disk_fixture.h"

namespace sluice::storage {
namespace {

class JournalTest : public DiskTest {
 protected:
  JournalTest() { open(); }

  void open(JournalPosition floor = 0) {
    auto opened = open_journal(*disk, floor);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    journal = std::move(*opened);
  }

  JournalPosition append(const std::vector<std::string_view>& records) {
    const auto position = journal->append(records, Sync::yes);
    EXPECT_TRUE(position.has_value());
    return position.value_or(0);
  }

  std::vector<std::string> replay(JournalPosition after) {
    std::vector<std::string> seen;
    const auto done = journal->replay(after, [&](JournalPosition, std::string_view record) -> Result<void> {
      seen.emplace_back(record);
      return {};
    });
    EXPECT_TRUE(done.has_value());
    return seen;
  }

  using Texts = std::vector<std::string>;
  std::unique_ptr<Journal> journal;
};

TEST_F(JournalTest, ReplaysInOrderFromAnyPosition) {
  const auto first = append({"a", "b"});
  append({"c"});
  EXPECT_EQ(replay(0), (Texts{"a", "b", "c"}));
  EXPECT_EQ(replay(first), (Texts{"c"}));
}

TEST_F(JournalTest, AGroupIsOneSync) {
  const auto before = disk->sync_count();
  append({"a", "b", "c"});
  EXPECT_EQ(disk->sync_count(), before + 1);
}

TEST_F(JournalTest, SurvivesAReopenAndGoesOnBehindIt) {
  const auto first = append({"a"});
  reopen();
  open();
  EXPECT_EQ(journal->last(), first);
  EXPECT_GT(append({"b"}), first);
  EXPECT_EQ(replay(0), (Texts{"a", "b"}));
}

TEST_F(JournalTest, TruncatedRecordsDoNotComeBack) {
  const auto cut = append({"a", "b"});
  append({"c"});
  ASSERT_TRUE(journal->truncate(cut).has_value());
  reopen();
  open(cut);
  EXPECT_EQ(replay(cut), (Texts{"c"}));
}

TEST_F(JournalTest, APositionIsNeverUsedTwiceAlsoWhenAllWasTruncated) {
  const auto cut = append({"a", "b"});
  ASSERT_TRUE(journal->truncate(cut).has_value());
  reopen();
  open(cut);
  EXPECT_EQ(append({"c"}), cut + 1);
}

TEST_F(JournalTest, ReplayStopsAtTheVisitorsError) {
  append({"a", "b"});
  int seen = 0;
  const auto done = journal->replay(0, [&](JournalPosition, std::string_view) -> Result<void> {
    ++seen;
    return fail(Errc::corrupt, "bad record");
  });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().detail(), "bad record");
  EXPECT_EQ(seen, 1);
}

#if !SLUICE_TEST_ROCKS
TEST_F(JournalTest, WhatWasNotSyncedDiesInAPowerCutAndWhatWasSyncedDoesNot) {
  append({"synced"});
  const std::vector<std::string_view> later{"unsynced"};
  ASSERT_TRUE(journal->append(later, Sync::no).has_value());
  medium->power_cut();
  EXPECT_EQ(replay(0), (Texts{"synced"}));
}

TEST_F(JournalTest, AFailedWriteKeepsNothing) {
  medium->writes_fail = true;
  const std::vector<std::string_view> records{"lost"};
  const auto written = journal->append(records, Sync::yes);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), Errc::unavailable);
  medium->writes_fail = false;
  append({"kept"});
  EXPECT_EQ(replay(0), (Texts{"kept"}));
}
#endif

}  // namespace
}  // namespace sluice::storage
