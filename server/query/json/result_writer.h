// server/query/json/result_writer.h
//
// Room: server/query. A query's answer as JSON, in pieces: `{"resultType":"matrix","result":[...]}` and what surrounds
// it. A piece may end in the middle of a series, so a million points never stand in memory as text.
#pragma once

#include <cstddef>
#include <string>

#include "promql/engine/engine.h"
#include "server/query/json/labels.h"
#include "server/query/json/stream.h"

namespace sluice::server::json {

class ResultWriter final : public PieceWriter {
 public:
  // `head` ends before the value of `data`; `tail` follows the result inside `data`: statistics, brackets, warnings.
  ResultWriter(std::string head, promql::QueryResult result, std::string tail);
  bool append_piece(std::string& out) override;

 private:
  // Where the newest piece ended, inside series_[index].
  enum class Part { labels, floats, histograms };
  struct Cursor {
    std::size_t series = 0, point = 0;
    Part part = Part::labels;
  };

  void open(std::string& out);
  bool append_series(std::string& out, std::size_t full);  // false: the piece is full before the series ended
  void append_vector_element(std::string& out, const promql::ResultSeries& series);
  void append_metric(std::string& out, const promql::ResultSeries& series);
  bool append_floats(std::string& out, const promql::ResultSeries& series, std::size_t full);
  bool append_histograms(std::string& out, const promql::ResultSeries& series, std::size_t full);

  const std::string head_, tail_;
  const promql::QueryResult result_;
  const std::vector<promql::ResultSeries>* series_ = nullptr;  // of a vector or matrix, inside result_
  bool is_vector_ = false, opened_ = false;
  LabelsWriter labels_;
  Cursor at_;
};

}  // namespace sluice::server::json
