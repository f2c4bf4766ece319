// tests/promqltest/world.h
//
// What a script loads its samples into, and what the engine is then asked about.
#pragma once

#include <memory>

#include "proto/base/error.h"
#include "proto/model/histogram.h"
#include "proto/model/labels.h"
#include "tests/support/memory_source.h"

namespace sluice::promqltest {

struct LoadedSample {
  std::int64_t timestamp_ms = 0;
  double value = 0;
  std::shared_ptr<const Histogram> histogram;  // null: a float
  std::int64_t start_ms = 0;                   // 0: unknown
};

class World {
 public:
  virtual ~World() = default;
  virtual void clear() = 0;
  virtual Result<void> append(const Labels& labels, const LoadedSample& sample) = 0;
  virtual Result<void> finish_load() = 0;  // what was appended is asked for from now on
  virtual std::shared_ptr<const SeriesSource> source() const = 0;
};

// The model: samples in arrays, refused unless they come in order of time, as a storage without a window would.
class ModelWorld final : public World {
 public:
  void clear() override { source_ = std::make_shared<test::MemorySource>(); }
  Result<void> append(const Labels& labels, const LoadedSample& sample) override {
    return sample.histogram ? source_->append(labels, sample.timestamp_ms, *sample.histogram, sample.start_ms)
                            : source_->append(labels, sample.timestamp_ms, sample.value, sample.start_ms);
  }
  Result<void> finish_load() override { return {}; }
  std::shared_ptr<const SeriesSource> source() const override { return source_; }

 private:
  std::shared_ptr<test::MemorySource> source_ = std::make_shared<test::MemorySource>();
};

}  // namespace sluice::promqltest
