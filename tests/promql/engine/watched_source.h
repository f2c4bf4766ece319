// tests/promql/engine/watched_source.h
//
// Somebody else's data; counts what is selected and read, and lets a test step in before a read.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "proto/model/series_source.h"

namespace sluice::promql::test {

// Thread safety: as the data; `before_read` is called from any thread.
class WatchedSource final : public SeriesSource {
 public:
  explicit WatchedSource(
      std::shared_ptr<const SeriesSource> data, std::function<void()> before_read = [] {})
      : data_(std::move(data)), before_read_(std::move(before_read)) {}

  mutable std::atomic<int> selections{0}, series_read{0};

  const SymbolSource& symbols() const override { return data_->symbols(); }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                            std::stop_token stop) const override {
    ++selections;
    auto set = data_->select(matchers, range, stop);
    if (!set) return set;
    return std::make_unique<Set>(*this, std::move(*set));
  }
  Result<std::vector<std::string>> label_names(const LabelQuery& query) const override {
    return data_->label_names(query);
  }
  Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const override {
    return data_->label_values(name, query);
  }

 private:
  class Set final : public SeriesSet {
   public:
    Set(const WatchedSource& source, std::unique_ptr<SeriesSet> data) : source_(source), data_(std::move(data)) {}
    std::size_t size() const override { return data_->size(); }
    LabelsView labels(std::size_t i) const override { return data_->labels(i); }
    Result<void> read(std::size_t first, std::size_t count, SeriesBatch& batch) const override {
      source_.before_read_();
      source_.series_read += static_cast<int>(count);
      return data_->read(first, count, batch);
    }

   private:
    const WatchedSource& source_;
    const std::unique_ptr<SeriesSet> data_;
  };

  const std::shared_ptr<const SeriesSource> data_;
  const std::function<void()> before_read_;
};

}  // namespace sluice::promql::test
