// A store of label sets without samples: enough for every endpoint but the evaluating ones.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/tsdb/tsdb.h"
#include "tests/server/query/fake_symbols.h"

namespace sluice {

inline bool matches_all(std::span<const Matcher> matchers, const Labels& labels) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& m) { return m.matches(labels.get(m.name())); });
}

class FakeSeriesSet final : public SeriesSet {
 public:
  explicit FakeSeriesSet(std::vector<LabelsView> labels) : labels_(std::move(labels)) {}
  std::size_t size() const override { return labels_.size(); }
  LabelsView labels(std::size_t i) const override { return labels_[i]; }
  Result<void> read(std::size_t, std::size_t, SeriesBatch& batch) const override {
    return batch.clear(), Result<void>();
  }

 private:
  std::vector<LabelsView> labels_;
};

class FakeSource final : public SeriesSource {
 public:
  explicit FakeSource(std::vector<Labels> series) : series_(std::move(series)) {
    for (const Labels& labels : series_) views_.push_back(symbols_.view(labels));
  }
  const SymbolSource& symbols() const override { return symbols_; }

  Result<std::unique_ptr<SeriesSet>> select(std::span<const Matcher> matchers, TimeRangeMs,
                                            std::stop_token) const override {
    std::vector<LabelsView> found;
    for (std::size_t i = 0; i < series_.size(); ++i)
      if (matches_all(matchers, series_[i])) found.push_back(views_[i]);
    return std::make_unique<FakeSeriesSet>(std::move(found));
  }
  Result<std::vector<std::string>> label_names(const LabelQuery& query) const override {
    return collect(query, [](const Label& label) { return label.name; });
  }
  Result<std::vector<std::string>> label_values(const std::string& name, const LabelQuery& query) const override {
    return collect(query, [&](const Label& label) { return label.name == name ? label.value : std::string(); });
  }

 private:
  template <class TextOf>
  std::vector<std::string> collect(const LabelQuery& query, TextOf text_of) const {
    std::set<std::string> found;
    for (const Labels& labels : series_) {
      const bool wanted = query.selectors.empty() || std::any_of(query.selectors.begin(), query.selectors.end(),
                                                                 [&](const auto& m) { return matches_all(m, labels); });
      for (const Label& label : labels.all())
        if (wanted && !text_of(label).empty()) found.insert(text_of(label));
    }
    return {found.begin(), found.end()};
  }

  std::vector<Labels> series_;
  FakeSymbols symbols_;
  std::vector<LabelsView> views_;
};

namespace storage {

class FakeTsdb final : public Tsdb {
 public:
  std::map<std::string, std::vector<Labels>> series;  // by tenant
  std::vector<MetricMetadata> known_metadata;
  std::vector<SeriesExemplars> known_exemplars;
  TenantStats known_stats;
  Cardinality known_cardinality;
  std::size_t cardinality_limit = 0;  // the newest asked for
  TimeRangeMs exemplar_range;
  std::size_t exemplar_selectors = 0;

  Result<WriteReport> append(const TenantId&, const wire::WriteBatch&, const StorageLimits&) override {
    return fail(Errc::unavailable, "this store is only asked");
  }
  std::shared_ptr<const SeriesSource> source(const TenantId& tenant) override {
    return std::make_shared<FakeSource>(series[tenant.text()]);
  }
  std::vector<MetricMetadata> metadata(const TenantId&) override { return known_metadata; }
  Result<std::vector<SeriesExemplars>> exemplars(const TenantId&, const std::vector<std::vector<Matcher>>& selectors,
                                                 TimeRangeMs range) override {
    exemplar_selectors = selectors.size();
    exemplar_range = range;
    return known_exemplars;
  }
  TenantStats tenant_stats(const TenantId&) override { return known_stats; }
  Cardinality cardinality(const TenantId&, std::size_t limit) override {
    cardinality_limit = limit;
    return known_cardinality;
  }
  std::vector<TenantId> tenants() override { return {}; }
  TsdbStats stats() override { return {}; }
  void set_limits(std::function<StorageLimits(const TenantId&)>) override {}
  Result<void> flush() override { return {}; }
  Result<void> compact() override { return {}; }
  Result<void> close() override { return {}; }
};

}  // namespace storage
}  // namespace sluice
