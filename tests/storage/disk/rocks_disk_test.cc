#include "storage/disk/rocks_disk.h"

#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "storage/disk/bytes.h"
#include "storage/disk/journal.h"
#include "tests/storage/disk/disk_fixture.h"

namespace sluice::storage {
namespace {

namespace fs = std::filesystem;

TEST(RocksDiskErrors, ASecondOwnerIsToldWhoHoldsTheLock) {
  const TempDirectory directory;
  const auto first = open_rocks_disk({.directory = directory.path()});
  ASSERT_TRUE(first.has_value());
  const auto second = open_rocks_disk({.directory = directory.path()});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), Errc::unavailable);
  EXPECT_NE(second.error().detail().find("in use by another process"), std::string::npos) << second.error().detail();
}

TEST(RocksDiskErrors, ADirectoryThatCannotBeMadeIsNamed) {
  const TempDirectory directory;
  std::ofstream(directory.path() + "/file") << "not a directory";
  const auto opened = open_rocks_disk({.directory = directory.path() + "/file/below"});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Errc::unavailable);
  EXPECT_NE(opened.error().detail().find("/file/below"), std::string::npos);
}

TEST(RocksDiskErrors, ADamagedFileIsNamedWithWhatToDo) {
  const TempDirectory directory;
  ASSERT_TRUE(open_rocks_disk({.directory = directory.path()}).has_value());
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    if (entry.path().filename().string().starts_with("MANIFEST"))
      std::ofstream(entry.path()) << "garbage garbage garbage";
  }
  const auto opened = open_rocks_disk({.directory = directory.path()});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Errc::corrupt) << opened.error().detail();
  EXPECT_NE(opened.error().detail().find(directory.path()), std::string::npos);
  EXPECT_NE(opened.error().detail().find("restore the directory from a backup"), std::string::npos);
}

TEST(RocksDiskErrors, DataWithoutCurrentIsNotTakenForANewStore) {
  const TempDirectory directory;
  ASSERT_TRUE(open_rocks_disk({.directory = directory.path()}).has_value());
  fs::rename(directory.path() + "/CURRENT", directory.path() + "/lost");
  const auto opened = open_rocks_disk({.directory = directory.path()});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Errc::corrupt);
  EXPECT_NE(opened.error().detail().find("CURRENT is missing"), std::string::npos) << opened.error().detail();
  fs::rename(directory.path() + "/lost", directory.path() + "/CURRENT");
  EXPECT_TRUE(open_rocks_disk({.directory = directory.path()}).has_value()) << "nothing was touched";
}

TEST(RocksDiskErrors, ALockIsWaitedForAndSaidToBe) {
  const TempDirectory directory;
  auto first = *open_rocks_disk({.directory = directory.path()});
  std::string said;
  const auto warn = [&](const std::string& what) {
    said = what;
    first.reset();  // the other process ends
  };
  const auto second =
      open_rocks_disk({.directory = directory.path(), .lock_wait = std::chrono::minutes(5), .warn = warn});
  EXPECT_TRUE(second.has_value());
  EXPECT_NE(said.find("waiting up to 300000 ms"), std::string::npos) << said;
}

// How large a file may grow, for the whole process: a write beyond it is an error that RocksDB calls fatal.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(RocksDiskErrors, AfterAFatalErrorTheStoreIsOpenedAgainOnceNobodyReadsIt) {
  const TempDirectory directory;
  const std::string text(64u << 10, 'x');
  const std::vector<std::string_view> records{text};
  std::size_t acknowledged = 0;
  const auto disk = *open_rocks_disk({.directory = directory.path()});
  const auto journal = *open_journal(*disk, 0);
  {
    const FileSizeLimit limit(1u << 20);
    while (journal->append(records, Sync::yes) && acknowledged < 1000) ++acknowledged;
    EXPECT_LT(acknowledged, 100u);
  }
  {
    const auto reader = disk->cursor(Family::journal, {}, Caching::bypass);
    const auto refused = disk->recover();
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().detail().find("still being read"), std::string::npos) << refused.error().detail();
    EXPECT_FALSE(journal->append(records, Sync::yes).has_value());
  }
  const auto recovered = disk->recover();
  ASSERT_TRUE(recovered.has_value()) << recovered.error().detail();
  const auto written = journal->append(records, Sync::yes);
  ASSERT_TRUE(written.has_value()) << written.error().detail();
  std::size_t found = 0;
  const auto count = [&](JournalPosition, std::string_view) -> Result<void> {
    ++found;
    return {};
  };
  ASSERT_TRUE(journal->replay(0, count).has_value());
  EXPECT_GE(found, acknowledged + 1);
}

TEST(RocksDiskSpace, ATruncatedJournalGivesItsSpaceBack) {
  const TempDirectory directory;
  const auto disk = *open_rocks_disk({.directory = directory.path(), .journal_buffer_bytes = 1u << 20});
  const auto journal = *open_journal(*disk, 0);
  const std::string record(64u << 10, 'x');
  const std::vector<std::string_view> records{record};
  for (int i = 0; i < 128; ++i) ASSERT_TRUE(journal->append(records, Sync::no).has_value());
  EXPECT_GT(disk->usage()->bytes, 8u << 20);
  const auto cut = journal->truncate(journal->last());
  ASSERT_TRUE(cut.has_value()) << cut.error().detail();
  EXPECT_LT(disk->usage()->bytes, 2u << 20);
}

// A file system that is really full. Needs the right to mount; without it the test says that it skips.
class SmallFileSystem {
 public:
  SmallFileSystem() : mounted_(::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=64m") == 0) {}
  ~SmallFileSystem() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  std::string data() const { return directory_.path() + "/data"; }
  std::string filler() const { return directory_.path() + "/filler"; }

 private:
  const TempDirectory directory_;
  const bool mounted_;
};

TEST(RocksDiskSpace, AFullFileSystemIsToldAndWritingResumesWithNothingAcknowledgedLost) {
  const SmallFileSystem small;
  if (!small.mounted()) GTEST_SKIP() << "skipped: may not mount a tmpfs here (" << std::strerror(errno) << ")";
  std::ofstream(small.filler()) << std::string(48u << 20, 'x');
  const std::string text(256u << 10, 'x');
  const std::vector<std::string_view> records{text};
  std::size_t acknowledged = 0;
  {
    const auto disk = *open_rocks_disk({.directory = small.data(), .journal_buffer_bytes = 1u << 20});
    const auto journal = *open_journal(*disk, 0);
    auto written = journal->append(records, Sync::yes);
    for (; written && acknowledged < 1000; written = journal->append(records, Sync::yes)) ++acknowledged;
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code(), Errc::unavailable);
    EXPECT_NE(written.error().detail().find("free some space"), std::string::npos) << written.error().detail();
    const auto no_room = disk->recover();
    ASSERT_FALSE(no_room.has_value());
    EXPECT_NE(no_room.error().detail().find("free some space"), std::string::npos) << no_room.error().detail();
    fs::remove(small.filler());
    const auto recovered = disk->recover();
    ASSERT_TRUE(recovered.has_value()) << recovered.error().detail();
    written = journal->append(records, Sync::yes);
    ASSERT_TRUE(written.has_value()) << written.error().detail();
    ++acknowledged;
  }
  const auto reopened = open_rocks_disk({.directory = small.data()});
  ASSERT_TRUE(reopened.has_value()) << reopened.error().detail();
  const auto journal = *open_journal(**reopened, 0);
  std::size_t found = 0;
  const auto count = [&](JournalPosition, std::string_view record) -> Result<void> {
    EXPECT_EQ(record.size(), text.size());
    ++found;
    return {};
  };
  ASSERT_TRUE(journal->replay(0, count).has_value());
  EXPECT_GE(found, acknowledged);
}

}  // namespace
}  // namespace sluice::storage
