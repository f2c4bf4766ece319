#include "storage/disk/disk_watch.h"

#include <gtest/gtest.h>

#include "storage/disk/memory_disk.h"

namespace sluice::storage {
namespace {

class StillClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 0; }
  std::chrono::steady_clock::time_point steady_now() const override { return now; }
  std::chrono::steady_clock::time_point now{};
};

class DiskWatchTest : public testing::Test {
 protected:
  void pass_time() { clock.now += DiskWatch::kProbeInterval; }

  static constexpr std::uint64_t kFreeMin = 1000;
  std::shared_ptr<MemoryMedium> medium = std::make_shared<MemoryMedium>();
  std::unique_ptr<Disk> disk = open_memory_disk(medium);
  StillClock clock;
  DiskWatch watch{*disk, clock, kFreeMin};
};

TEST_F(DiskWatchTest, AFullDiskRefusesWithTheReasonAndResumesByItself) {
  medium->free_bytes = 999;
  const auto refused = watch.admit();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Errc::unavailable);
  EXPECT_NE(refused.error().detail().find("999 bytes are free"), std::string::npos) << refused.error().detail();
  EXPECT_FALSE(watch.health().writable);
  medium->free_bytes = kFreeMin;
  EXPECT_FALSE(watch.admit().has_value()) << "the disk is not asked at every write";
  pass_time();
  EXPECT_TRUE(watch.admit().has_value());
  EXPECT_TRUE(watch.health().writable);
  EXPECT_EQ(watch.health().trouble, "");
}

TEST_F(DiskWatchTest, AFailedWriteStopsFurtherOnesUntilTheDiskRecovers) {
  ASSERT_TRUE(watch.admit().has_value());
  medium->writes_fail = true;
  watch.failed(Error(Errc::unavailable, "no such sector"));
  EXPECT_NE(watch.admit().error().detail().find("no such sector"), std::string::npos);
  pass_time();
  EXPECT_FALSE(watch.admit().has_value()) << "still failing";
  medium->writes_fail = false;
  pass_time();
  EXPECT_TRUE(watch.admit().has_value());
}

TEST_F(DiskWatchTest, AHealthyDiskIsAskedOnlyOncePerInterval) {
  ASSERT_TRUE(watch.admit().has_value());
  medium->free_bytes = 0;
  EXPECT_TRUE(watch.admit().has_value());
  pass_time();
  EXPECT_FALSE(watch.admit().has_value());
}

}  // namespace
}  // namespace sluice::storage
