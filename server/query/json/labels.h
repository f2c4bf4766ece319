// server/query/json/labels.h
//
// Room: server/query. Label sets as JSON objects, in label order.
#pragma once

#include <string>
#include <vector>

#include "proto/model/labels.h"

namespace sluice::server::json {

void append_labels(std::string& out, const Labels& labels);
void append_labels(std::string& out, const std::vector<Label>& labels);

// Writes many label sets of one symbol table. Neighbours in an answer mostly have the same names and differ in a few
// values, so the text of every column is kept until its symbol changes: an unchanged label costs a compare and a copy.
// Not thread-safe; `symbols` must outlive it, and may be null while nothing is appended.
class LabelsWriter {
 public:
  explicit LabelsWriter(const SymbolSource* symbols) : symbols_(symbols) {}
  void append(std::string& out, LabelsView labels);

 private:
  struct Column {
    SymbolId name, value;
    std::size_t prefix_bytes = 0;  // of `text`: `,"name":`
    std::string text;              // `,"name":"value"`
  };
  void set_name(Column& column, SymbolId name) const;
  void set_value(Column& column, SymbolId value) const;

  const SymbolSource* symbols_;
  std::vector<Column> columns_;  // column i holds label i of the newest set that had so many
};

}  // namespace sluice::server::json
