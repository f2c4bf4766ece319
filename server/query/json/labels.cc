#include "server/query/json/labels.h"

#include <string_view>

#include "server/query/json/text.h"

namespace sluice::server::json {

void append_labels(std::string& out, const std::vector<Label>& labels) {
  out += '{';
  for (const Label& label : labels) {
    if (&label != &labels.front()) out += ',';
    append_label_text(out, label.name);
    out += ':';
    append_label_text(out, label.value);
  }
  out += '}';
}

void append_labels(std::string& out, const Labels& labels) { append_labels(out, labels.all()); }

void LabelsWriter::append(std::string& out, LabelsView labels) {
  out += '{';
  for (std::uint32_t i = 0; i < labels.count; ++i) {
    if (i == columns_.size()) columns_.emplace_back();
    Column& column = columns_[i];
    const bool renamed = column.text.empty() || column.name != labels.names[i];
    if (renamed) set_name(column, labels.names[i]);
    if (renamed || column.value != labels.values[i]) set_value(column, labels.values[i]);
    out += i == 0 ? std::string_view(column.text).substr(1) : std::string_view(column.text);
  }
  out += '}';
}

void LabelsWriter::set_name(Column& column, SymbolId name) const {
  column.name = name;
  column.text.assign(1, ',');
  append_label_text(column.text, symbols_->text(name));
  column.text += ':';
  column.prefix_bytes = column.text.size();
}

void LabelsWriter::set_value(Column& column, SymbolId value) const {
  column.value = value;
  column.text.resize(column.prefix_bytes);
  append_label_text(column.text, symbols_->text(value));
}

}  // namespace sluice::server::json
