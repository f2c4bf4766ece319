// tests/support/memory_source.h
//
// A SeriesSource that holds what a test writes into it. Simple on purpose: it is a model, not a storage.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/model/series_source.h"
#include "tests/support/counter_reset_hints.h"

namespace sluice::test {

class MemorySymbols final : public SymbolSource {
 public:
  std::string_view text(SymbolId id) const override { return texts_[id.value()]; }
  std::optional<SymbolId> find(std::string_view text) const override;
  SymbolId intern(std::string_view text);

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, SymbolId> ids_;
};

struct StoredSeries {
  std::vector<std::int64_t> times_ms;  // of the floats
  std::vector<double> values;
  std::vector<std::int64_t> histogram_times_ms;
  std::vector<Histogram> histograms;
  std::vector<StartTimestamp> start_times;
  CounterResetHints hints;  // of what append() wrote

  std::int64_t last_ms() const;  // of the newest sample; far in the past when there is none
};

// Not thread-safe while being written.
class MemorySource final : public SeriesSource {
 public:
  // Series are kept in the order of their first write; a second write appends.
  StoredSeries& series(const Labels& labels);
  void add(const Labels& labels, std::int64_t time_ms, double value);
  // As a storage would take it: in order of time, and histograms get the hint that a reader sees. start_ms 0: unknown.
  Result<void> append(const Labels& labels, std::int64_t time_ms, double value, std::int64_t start_ms = 0);
  Result<void> append(const Labels& labels, std::int64_t time_ms, Histogram histogram, std::int64_t start_ms = 0);

  const SymbolSource& symbols() const override { return symbols_; }
  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs range,
                                            std::stop_token stop) const override;
  Result<std::vector<std::string>> label_names(const LabelQuery& query) const override;
  Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const override;

  struct Entry {
    Labels labels;
    std::vector<SymbolId> values;
    const std::vector<SymbolId>* names;  // shared by series with equal names
    StoredSeries samples;
  };

 private:
  const std::vector<SymbolId>* shape(const Labels& labels);

  MemorySymbols symbols_;
  std::deque<Entry> entries_;
  std::map<Labels, std::size_t> index_;
  std::map<std::vector<std::string>, std::unique_ptr<std::vector<SymbolId>>> shapes_;
};

}  // namespace sluice::test
