#include "server/query/json/result_writer.h"

#include <utility>
#include <variant>

#include "server/query/json/histogram.h"
#include "server/query/json/number.h"
#include "server/query/json/text.h"

namespace sluice::server::json {
namespace {

void append_point(std::string& out, const promql::FloatPoint& point) {
  out += '[';
  append_timestamp(out, point.timestamp_ms);
  out += ',';
  append_sample_value(out, point.value);
  out += ']';
}

void append_point(std::string& out, const promql::OwnedHistogramPoint& point) {
  out += '[';
  append_timestamp(out, point.timestamp_ms);
  out += ',';
  append_histogram(out, *point.histogram);
  out += ']';
}

void append_value(std::string& out, const promql::ScalarResult& scalar) {
  out += "{\"resultType\":\"scalar\",\"result\":[";
  append_plain_seconds(out, scalar.timestamp_ms);
  out += ",\"";
  append_plain(out, scalar.value);
  out += "\"]";
}

void append_value(std::string& out, const promql::StringResult& string) {
  out += "{\"resultType\":\"string\",\"result\":[";
  append_plain_seconds(out, string.timestamp_ms);
  out += ',';
  append_text(out, string.value);
  out += ']';
}

void append_value(std::string& out, const promql::VectorResult&) { out += "{\"resultType\":\"vector\",\"result\":["; }
void append_value(std::string& out, const promql::MatrixResult&) { out += "{\"resultType\":\"matrix\",\"result\":["; }

// `,"values":[p,p,...]` from points[next] on. False: full before the last point; `next` says where to go on.
template <class Point>
bool append_points(std::string& out, const char* key, const std::vector<Point>& points, std::size_t& next,
                   std::size_t full) {
  if (points.empty()) return true;
  if (next == 0) out += key;
  for (; next < points.size(); ++next) {
    if (out.size() >= full && next > 0) return false;
    if (next > 0) out += ',';
    append_point(out, points[next]);
  }
  out += ']';
  return true;
}

}  // namespace

ResultWriter::ResultWriter(std::string head, promql::QueryResult result, std::string tail)
    : head_(std::move(head)), tail_(std::move(tail)), result_(std::move(result)), labels_(result_.symbols.get()) {
  if (const auto* vector = std::get_if<promql::VectorResult>(&result_.value)) {
    series_ = &vector->series;
    is_vector_ = true;
  } else if (const auto* matrix = std::get_if<promql::MatrixResult>(&result_.value)) {
    series_ = &matrix->series;
  }
}

bool ResultWriter::append_piece(std::string& out) {
  const std::size_t full = out.size() + kPieceBytes;
  if (!opened_) open(out);
  for (; series_ != nullptr && at_.series < series_->size(); at_ = Cursor{.series = at_.series + 1})
    if (out.size() >= full || !append_series(out, full)) return true;
  if (series_ != nullptr) out += ']';
  out += tail_;
  return false;
}

void ResultWriter::open(std::string& out) {
  opened_ = true;
  out += head_;
  std::visit([&](const auto& value) { append_value(out, value); }, result_.value);
}

bool ResultWriter::append_series(std::string& out, std::size_t full) {
  const promql::ResultSeries& series = (*series_)[at_.series];
  if (at_.part == Part::labels) {
    if (at_.series > 0) out += ',';
    append_metric(out, series);
    if (is_vector_) return append_vector_element(out, series), true;
    at_.part = Part::floats;
  }
  if (at_.part == Part::floats && !append_floats(out, series, full)) return false;
  if (!append_histograms(out, series, full)) return false;
  out += '}';
  return true;
}

void ResultWriter::append_metric(std::string& out, const promql::ResultSeries& series) {
  out += "{\"metric\":";
  labels_.append(out, series.labels);
}

void ResultWriter::append_vector_element(std::string& out, const promql::ResultSeries& series) {
  if (!series.floats.empty()) {
    out += ",\"value\":";
    append_point(out, series.floats.front());
  } else if (!series.histograms.empty()) {
    out += ",\"histogram\":";
    append_point(out, series.histograms.front());
  }
  out += '}';
}

bool ResultWriter::append_floats(std::string& out, const promql::ResultSeries& series, std::size_t full) {
  if (!append_points(out, ",\"values\":[", series.floats, at_.point, full)) return false;
  at_.part = Part::histograms;
  at_.point = 0;
  return true;
}

bool ResultWriter::append_histograms(std::string& out, const promql::ResultSeries& series, std::size_t full) {
  return append_points(out, ",\"histograms\":[", series.histograms, at_.point, full);
}

}  // namespace sluice::server::json
