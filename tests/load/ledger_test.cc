#include "load/plan/ledger.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

namespace sluice::load {
namespace {

class LedgerFile : public testing::Test {
 protected:
  const std::string path_ = testing::TempDir() + "/sluice-load-ledger-" +
                            std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                            testing::UnitTest::GetInstance()->current_test_info()->name();
  void SetUp() override { std::filesystem::remove(path_); }
  void TearDown() override { std::filesystem::remove(path_); }
};

TEST(Ledger, RemembersTheLastMarkOfEachBatch) {
  Ledger ledger(2, 7);
  ledger.set(1, 3, 6, Mark::sent);
  ledger.set(1, 3, 6, Mark::acknowledged);
  ledger.set(1, 3, 5, Mark::refused);
  EXPECT_EQ(ledger.get(1, 3, 6), Mark::acknowledged);
  EXPECT_EQ(ledger.get(1, 3, 5), Mark::refused);
  EXPECT_EQ(ledger.get(1, 3, 4), Mark::unsent);
  EXPECT_EQ(ledger.get(0, 3, 6), Mark::unsent);
  EXPECT_EQ(ledger.get(1, 900, 0), Mark::unsent);
  EXPECT_EQ(ledger.rounds(1), 4U);
}

TEST_F(LedgerFile, SurvivesTheProcess) {
  Timebase written = Timebase::stamps(1);
  {
    Ledger ledger(1, 3);
    ASSERT_TRUE(ledger.open_file(path_, "--seed=1"));
    ledger.stamp(0, written.begin_round(5000));
    ledger.set(0, 0, 2, Mark::sent);
    ledger.set(0, 0, 2, Mark::acknowledged);
    ledger.set_stale({0, 17, 1, 4, Mark::sent});
    ledger.set_stale({0, 17, 1, 4, Mark::acknowledged});
  }
  EXPECT_EQ(*Ledger::read_header(path_), "--seed=1");
  Ledger ledger(1, 3);
  Timebase timebase = Timebase::stamps(1);
  ASSERT_TRUE(ledger.read_file(path_, timebase));
  EXPECT_EQ(ledger.get(0, 0, 2), Mark::acknowledged);
  EXPECT_EQ(timebase.base_ms(0), 5000);
  ASSERT_EQ(ledger.stale_marks().size(), 1U);
  EXPECT_EQ(ledger.stale_marks()[0].mark, Mark::acknowledged);
}

TEST_F(LedgerFile, IgnoresARecordThatAKillCutInHalf) {
  {
    Ledger ledger(1, 3);
    ASSERT_TRUE(ledger.open_file(path_, "x"));
    ledger.set(0, 0, 1, Mark::acknowledged);
    ledger.set(0, 1, 1, Mark::acknowledged);
  }
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 5);
  Ledger ledger(1, 3);
  Timebase timebase = Timebase::stamps(1);
  ASSERT_TRUE(ledger.read_file(path_, timebase));
  EXPECT_EQ(ledger.get(0, 0, 1), Mark::acknowledged);
  EXPECT_EQ(ledger.get(0, 1, 1), Mark::unsent);
}

TEST_F(LedgerFile, IsNotOverwrittenAndMustBeALedger) {
  std::FILE* const file = std::fopen(path_.c_str(), "w");
  std::fputs("something else", file);
  std::fclose(file);
  Ledger ledger(1, 3);
  EXPECT_FALSE(ledger.open_file(path_, "x"));
  EXPECT_FALSE(Ledger::read_header(path_));
}

}  // namespace
}  // namespace sluice::load
