// tests/storage/disk/disk_fixture.h
//
// A disk that can be closed and opened again: the twin in disk_test, RocksDB in disk_rocks_test. Same tests, both.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/disk/memory_disk.h"
#include "storage/disk/rocks_disk.h"
#include "tests/support/temp_directory.h"

namespace sluice::storage {

using test::TempDirectory;

class DiskTest : public testing::Test {
 protected:
  DiskTest() { reopen(); }

  void reopen() {
    disk.reset();
    auto opened = SLUICE_TEST_ROCKS ? open_rocks_disk({.directory = directory.path()}) : open_memory_disk_result();
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    disk = std::move(*opened);
  }

  void put(Family family, std::string_view key, std::string_view value) {
    const auto batch = disk->new_batch();
    batch->put(family, key, value);
    ASSERT_TRUE(disk->commit(*batch, Sync::yes).has_value());
  }

  TempDirectory directory;
  std::shared_ptr<MemoryMedium> medium = std::make_shared<MemoryMedium>();
  std::shared_ptr<Disk> disk;

 private:
  Result<std::unique_ptr<Disk>> open_memory_disk_result() { return open_memory_disk(medium); }
};

}  // namespace sluice::storage
