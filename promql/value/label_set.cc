#include "promql/value/label_set.h"

#include <algorithm>

namespace sluice::promql {
namespace {

bool lost(std::string_view name, Drop drop) {
  return drop == Drop::metadata ? is_metadata_label(name) : drop == Drop::name && name == kMetricName;
}

}  // namespace

bool is_metadata_label(std::string_view name) {
  return name == kMetricName || name == kTypeLabel || name == kUnitLabel;
}

LabelChooser::LabelChooser(const QuerySymbols& symbols, NameRemoval removal, Mode mode,
                           std::vector<std::string> listed)
    : symbols_(symbols), removal_(removal), mode_(mode), listed_(std::move(listed)) {}

bool LabelChooser::chosen(std::string_view name, Drop drop) const {
  if (removal_ == NameRemoval::immediate && lost(name, drop)) return false;
  const bool is_listed = std::find(listed_.begin(), listed_.end(), name) != listed_.end();
  return is_listed == (mode_ == Mode::keep);
}

const LabelChooser::Shape& LabelChooser::shape_of(const SeriesLabels& labels) {
  const auto fits = [&](const Shape& s) {
    return s.names == labels.view.names && s.count == labels.view.count && s.drop == labels.drop;
  };
  if (last_ != nullptr && fits(*last_)) return *last_;
  const auto [first, end] = shapes_.equal_range(labels.view.names);
  for (auto at = first; at != end; ++at)
    if (fits(at->second)) return *(last_ = &at->second);
  Shape shape{labels.view.names, labels.view.count, labels.drop, {}};
  for (std::uint32_t i = 0; i < shape.count; ++i)
    if (chosen(symbols_.text(shape.names[i]), labels.drop)) shape.columns.push_back(i);
  return *(last_ = &shapes_.emplace(labels.view.names, std::move(shape))->second);
}

std::span<const std::uint32_t> LabelChooser::key(const SeriesLabels& labels) {
  const Shape& shape = shape_of(labels);
  key_.resize(shape.columns.size() * 2);
  std::uint32_t* out = key_.data();
  for (const std::uint32_t column : shape.columns) {
    *out++ = labels.view.names[column].value();
    *out++ = labels.view.values[column].value();
  }
  return key_;
}

LabelsView LabelMaker::from_key(std::span<const std::uint32_t> key) {
  const std::size_t count = key.size() / 2;
  scratch_.resize(count);
  for (std::size_t i = 0; i < count; ++i) scratch_[i] = key[2 * i];
  bool added = false;
  const std::uint32_t shape = shapes_.find_or_add(scratch_, &added);
  if (added) {
    SymbolId* names = symbols_.make_ids(count);
    for (std::size_t i = 0; i < count; ++i) names[i] = SymbolId(key[2 * i]);
    names_.push_back(names);
  }
  SymbolId* values = symbols_.make_ids(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = SymbolId(key[2 * i + 1]);
  return {names_[shape], values, static_cast<std::uint32_t>(count)};
}

LabelsView LabelMaker::from_labels(const Labels& labels) {
  std::vector<std::uint32_t> key;
  key.reserve(labels.size() * 2);
  for (const Label& label : labels.all()) {
    key.push_back(symbols_.intern(label.name).value());
    key.push_back(symbols_.intern(label.value).value());
  }
  return from_key(key);
}

LabelsView LabelRules::visible(const SeriesLabels& labels) {
  if (labels.drop == Drop::none || delayed()) return labels.view;
  return maker_.from_key(visible_.key(labels));
}

LabelsView LabelRules::answer(const SeriesLabels& labels) {
  return labels.drop == Drop::none ? labels.view : maker_.from_key(final_.key(labels));
}

std::string_view LabelRules::get(const SeriesLabels& labels, std::string_view name) const {
  if (!delayed() && lost(name, labels.drop)) return {};
  for (std::uint32_t i = 0; i < labels.view.count; ++i)
    if (symbols_.text(labels.view.names[i]) == name) return symbols_.text(labels.view.values[i]);
  return {};
}

}  // namespace sluice::promql
