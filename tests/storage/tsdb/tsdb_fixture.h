// tests/storage/tsdb/tsdb_fixture.h
//
// A Tsdb that can be written to, restarted and crashed: on the in-memory twin in tsdb_test, on RocksDB in
// tsdb_rocks_test. Same tests, both.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/wire/encode.h"
#include "proto/wire/write_batch.h"
#include "storage/tsdb/open_tsdb.h"
#include "storage/tsdb/tsdb.h"
#include "tests/storage/disk/disk_fixture.h"

namespace sluice::storage {

class ManualClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now; }
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now));
  }
  std::atomic<std::int64_t> now{1'700'000'000'000};
};

struct SeriesToWrite {
  Labels labels;
  std::vector<Sample> samples;
  std::vector<wire::OutgoingHistogram> histograms = {};
  std::vector<Exemplar> exemplars = {};
};

inline Labels series(const std::string& name, std::vector<Label> labels = {}) {
  labels.push_back({"__name__", name});
  return Labels::sorted(std::move(labels));
}

inline TenantId tenant(const std::string& name) { return *TenantId::parse(name); }

// A decoded request that owns its message.
struct Request {
  std::string message;
  wire::WriteBatch batch;
};

inline std::unique_ptr<Request> decode_request(std::string message, wire::Protocol protocol) {
  static const wire::SpellingKey key(7);
  auto request = std::make_unique<Request>();
  request->message = std::move(message);
  const auto decoded = wire::decode(protocol, request->message, {}, key, request->batch);
  EXPECT_TRUE(decoded.has_value()) << decoded.error().detail();
  return request;
}

inline std::unique_ptr<Request> request_v1(const std::vector<SeriesToWrite>& all) {
  std::string message;
  for (const SeriesToWrite& one : all) {
    std::vector<wire::OutgoingSample> samples;
    for (const Sample& sample : one.samples) samples.push_back({sample});
    wire::append_series_v1(message, wire::encode_labels_v1(one.labels), {samples, one.histograms, one.exemplars});
  }
  return decode_request(std::move(message), wire::Protocol::remote_write_1);
}

using Points = std::map<std::int64_t, double>;
using SeriesPoints = std::map<std::string, Points>;  // by Labels::text(); series without samples are left out

inline Result<SeriesPoints> read_floats(const SeriesSource& source, const std::vector<Matcher>& matchers,
                                        TimeRangeMs range, std::size_t batch_size = 3) {
  SeriesPoints found;
  auto set = source.select(matchers, range, {});
  if (!set) return tl::unexpected(set.error());
  SeriesBatch batch;
  for (std::size_t first = 0; first < (*set)->size(); first += batch_size) {
    const std::size_t count = std::min(batch_size, (*set)->size() - first);
    if (auto read = (*set)->read(first, count, batch); !read) return tl::unexpected(read.error());
    EXPECT_EQ(batch.series.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      const SeriesSamples& samples = batch.series[i];
      const std::string name = to_labels((*set)->labels(first + i), source.symbols()).text();
      EXPECT_TRUE(std::is_sorted(samples.timestamps_ms.begin(), samples.timestamps_ms.end()));
      for (std::size_t k = 0; k < samples.timestamps_ms.size(); ++k) {
        const bool fresh = found[name].emplace(samples.timestamps_ms[k], samples.values[k]).second;
        EXPECT_TRUE(fresh) << "a timestamp came twice in " << name;
      }
    }
  }
  return found;
}

inline constexpr TimeRangeMs kAllTime{INT64_MIN / 2, INT64_MAX / 2};

class TsdbTest : public testing::Test {
 protected:
  TsdbTest() {
    options.background = false;
    options.disk_free_bytes_min = 1 << 20;
    open();
  }

  void open() {
    std::shared_ptr<Disk> disk;
    if (SLUICE_TEST_ROCKS) {
      auto opened = open_rocks_disk({.directory = directory->path()});
      ASSERT_TRUE(opened.has_value()) << opened.error().detail();
      disk = std::move(*opened);
    } else {
      disk = open_memory_disk(medium);
    }
    auto opened = open_tsdb(options, clock, std::move(disk));
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    tsdb = std::move(*opened);
    tsdb->set_limits([this](const TenantId&) { return limits; });
  }

  void restart() {  // as an operator does it
    const auto closed = tsdb->close();
    ASSERT_TRUE(closed.has_value()) << closed.error().detail();
    tsdb.reset();
    open();
  }

  // RocksDB removes files it needs no more whenever it likes: where one goes between listing and copying, all is copied
  // again.
  static bool copied(const std::string& from, const std::string& to) {
    constexpr int kTriesMax = 100;
    for (int i = 0; i < kTriesMax; ++i) {
      std::error_code error;
      std::filesystem::remove_all(to);
      std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
      if (!error) return true;
      if (error != std::errc::no_such_file_or_directory) return false;
    }
    return false;
  }

  // As kill -9 does it: what is on disk at this moment is all there is. The running store never gets to tidy up.
  void crash() {
    if (SLUICE_TEST_ROCKS) {
      auto image = std::make_unique<TempDirectory>();
      ASSERT_TRUE(copied(directory->path(), image->path()));
      std::filesystem::remove(image->path() + "/LOCK");
      tsdb.reset();
      directory = std::move(image);
    } else {
      tsdb.reset();
      medium->power_cut();
    }
    open();
  }

  Result<WriteReport> append(const std::string& who, const std::vector<SeriesToWrite>& all) {
    const auto request = request_v1(all);
    return tsdb->append(tenant(who), request->batch, limits);
  }

  WriteReport write(const std::string& who, const std::vector<SeriesToWrite>& all) {
    auto report = append(who, all);
    EXPECT_TRUE(report.has_value()) << report.error().detail();
    return report ? *report : WriteReport();
  }

  SeriesPoints read(const std::string& who, std::vector<Matcher> matchers = {}, TimeRangeMs range = kAllTime) {
    const auto found = read_floats(*tsdb->source(tenant(who)), matchers, range);
    EXPECT_TRUE(found.has_value()) << found.error().detail();
    return found ? *found : SeriesPoints();
  }

  static std::uint64_t refused(const WriteReport& report, Refusal refusal) {
    return report.refused[static_cast<std::size_t>(refusal)];
  }

  ManualClock clock;
  const std::int64_t t0 = clock.now;
  StorageLimits limits;
  TsdbOptions options;
  std::unique_ptr<TempDirectory> directory = std::make_unique<TempDirectory>();
  std::shared_ptr<MemoryMedium> medium = std::make_shared<MemoryMedium>();
  std::unique_ptr<Tsdb> tsdb;
};

}  // namespace sluice::storage
