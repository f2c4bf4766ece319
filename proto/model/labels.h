// proto/model/labels.h
//
// Room: proto/model. Label sets in the two forms the house uses.
//   Labels      strings, owned: for the cold paths, tests and answers.
//   LabelsView  symbol ids, borrowed: for everything that touches many series. Integers compare; text appears in answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/strong.h"

namespace sluice {

inline constexpr std::string_view kMetricName = "__name__";

struct Label {
  std::string name;
  std::string value;
  friend auto operator<=>(const Label&, const Label&) = default;
};

// A label whose text somebody else owns.
struct LabelRef {
  std::string_view name;
  std::string_view value;
  friend auto operator<=>(const LabelRef&, const LabelRef&) = default;
};

// Sorted by name (byte order), names unique, no empty values: whoever fills the vector keeps that true (see `sorted`).
class Labels {
 public:
  Labels() = default;
  explicit Labels(std::vector<Label> sorted_labels) : labels_(std::move(sorted_labels)) {}
  // Sorts, drops empty values; a later duplicate name replaces an earlier one.
  static Labels sorted(std::vector<Label> labels);

  const std::vector<Label>& all() const { return labels_; }
  std::string_view get(std::string_view name) const;  // "" when absent, as every matcher sees it
  std::size_t size() const { return labels_.size(); }
  bool empty() const { return labels_.empty(); }
  // `{a="b", c="d"}` with Go's %q quoting: the form of error texts. docs: contract of the Prometheus API.
  std::string text() const;
  friend auto operator<=>(const Labels&, const Labels&) = default;  // pairwise name, value; a prefix sorts first

 private:
  std::vector<Label> labels_;
};

// The source of a SymbolId's text. Append-only: text(id) stays valid and the same as long as the source lives.
// Thread safety: all methods may be called from any thread.
class SymbolSource {
 public:
  virtual ~SymbolSource() = default;
  virtual std::string_view text(SymbolId id) const = 0;               // O(1)
  virtual std::optional<SymbolId> find(std::string_view text) const = 0;  // nullopt: no series here has that string
};

// One series' labels as two parallel arrays, sorted by the *text* of the names.
// Series with the same label names share one `names` array: equal pointers mean equal shape, so a reader can find the
// columns it groups by once per shape. (Different pointers do not prove different names.)
struct LabelsView {
  const SymbolId* names = nullptr;
  const SymbolId* values = nullptr;
  std::uint32_t count = 0;
};

Labels to_labels(LabelsView view, const SymbolSource& symbols);
// Byte order of the texts, as Labels compares. Equal ids are not read.
int compare(LabelsView a, LabelsView b, const SymbolSource& symbols);

// Go's %q: for error texts and canonical PromQL.
std::string go_quoted(std::string_view text);
bool is_valid_utf8(std::string_view text);
bool is_classic_label_name(std::string_view name);  // [a-zA-Z_][a-zA-Z0-9_]*

}  // namespace sluice
