// promql/value/label_set.h
//
// Room: promql/value. Label sets as keys. Nothing here touches a string per series: which columns matter is found once
// per shape (a `names` array shared by all series of the same make), after that only ids are gathered.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "promql/value/batch.h"
#include "promql/value/key_table.h"
#include "promql/value/symbols.h"

namespace sluice::promql {

inline constexpr std::string_view kTypeLabel = "__type__";
inline constexpr std::string_view kUnitLabel = "__unit__";
bool is_metadata_label(std::string_view name);  // __name__, __type__, __unit__

// How names go: at once (the server's default), or only marked until the end of the query.
enum class NameRemoval : std::uint8_t { immediate, delayed };

// Chooses labels of a series and gathers them as a key: (name id, value id) pairs in label order.
class LabelChooser {
 public:
  enum class Mode : std::uint8_t { keep, remove };
  // `listed` is kept or removed; labels that the series has lost by Drop are not seen unless removal is delayed.
  LabelChooser(const QuerySymbols& symbols, NameRemoval removal, Mode mode, std::vector<std::string> listed);

  // Valid until the next call.
  std::span<const std::uint32_t> key(const SeriesLabels& labels);

 private:
  struct Shape {
    const SymbolId* names;
    std::uint32_t count;
    Drop drop;
    std::vector<std::uint32_t> columns;
  };
  const Shape& shape_of(const SeriesLabels& labels);
  bool chosen(std::string_view name, Drop drop) const;

  const QuerySymbols& symbols_;
  const NameRemoval removal_;
  const Mode mode_;
  const std::vector<std::string> listed_;
  std::unordered_multimap<const void*, Shape> shapes_;
  const Shape* last_ = nullptr;
  std::vector<std::uint32_t> key_;
};

// Makes label sets out of keys. Equal name lists share one array, so that shapes stay few.
class LabelMaker {
 public:
  explicit LabelMaker(QuerySymbols& symbols) : symbols_(symbols) {}
  LabelsView from_key(std::span<const std::uint32_t> key);
  LabelsView from_labels(const Labels& labels);

 private:
  QuerySymbols& symbols_;
  KeyTable shapes_;
  std::vector<const SymbolId*> names_;
  std::vector<std::uint32_t> scratch_;
};

// Everything an evaluation needs to know about labels: one per query.
class LabelRules {
 public:
  LabelRules(QuerySymbols& symbols, NameRemoval removal)
      : symbols_(symbols), removal_(removal), maker_(symbols),
        visible_(symbols, removal, LabelChooser::Mode::remove, {}),
        final_(symbols, NameRemoval::immediate, LabelChooser::Mode::remove, {}) {}

  QuerySymbols& symbols() { return symbols_; }
  NameRemoval removal() const { return removal_; }
  bool delayed() const { return removal_ == NameRemoval::delayed; }
  LabelMaker& maker() { return maker_; }
  LabelChooser chooser(LabelChooser::Mode mode, std::vector<std::string> listed) const {
    return LabelChooser(symbols_, removal_, mode, std::move(listed));
  }
  // The labels an operator sees now. In immediate mode a dropped name is gone for good.
  std::span<const std::uint32_t> visible_key(const SeriesLabels& labels) { return visible_.key(labels); }
  LabelsView visible(const SeriesLabels& labels);
  // The labels of the answer.
  LabelsView answer(const SeriesLabels& labels);
  Labels text_of(const SeriesLabels& labels) { return to_labels(visible(labels), symbols_); }
  // The value of one visible label, "" when absent. O(labels): for cold paths.
  std::string_view get(const SeriesLabels& labels, std::string_view name) const;

 private:
  QuerySymbols& symbols_;
  const NameRemoval removal_;
  LabelMaker maker_;
  LabelChooser visible_, final_;
};

// The stronger of two marks.
inline Drop join(Drop a, Drop b) { return a < b ? b : a; }

}  // namespace sluice::promql
