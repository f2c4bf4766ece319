#include "server/query/exemplars.h"

#include <memory>
#include <utility>

#include "server/query/json/labels.h"
#include "server/query/json/number.h"
#include "server/query/json/stream.h"
#include "server/query/parameters.h"
#include "server/query/selectors.h"
#include "server/query/time_text.h"

namespace sluice::server::query {
namespace {

using storage::SeriesExemplars;

void append_exemplar(std::string& out, const Exemplar& exemplar) {
  out += "{\"labels\":";
  json::append_labels(out, exemplar.labels);
  out += ",\"value\":";
  json::append_sample_value(out, exemplar.value);
  out += ",\"timestamp\":";
  json::append_timestamp(out, exemplar.timestamp_ms);
  out += '}';
}

void append_series(std::string& out, const SeriesExemplars& series) {
  out += "{\"seriesLabels\":";
  json::append_labels(out, series.series);
  out += ",\"exemplars\":[";
  for (const Exemplar& exemplar : series.exemplars) {
    if (&exemplar != &series.exemplars.front()) out += ',';
    append_exemplar(out, exemplar);
  }
  out += "]}";
}

Response list_of(std::vector<SeriesExemplars> found) {
  const auto list = std::make_shared<const std::vector<SeriesExemplars>>(std::move(found));
  auto append = [list](std::string& out, std::size_t i) { append_series(out, (*list)[i]); };
  return json::answer_of(
      std::make_shared<json::ListWriter>(std::string(kSuccessHead) + "[", list->size(), std::move(append), "]}"));
}

}  // namespace

Answer answer_query_exemplars(const Call& call) {
  const auto start = read_time(call.form, "start", Moment::first());
  if (!start) return tl::unexpected(start.error());
  const auto end = read_time(call.form, "end", Moment::last());
  if (!end) return tl::unexpected(end.error());
  if (*end < *start) return bad_data("end timestamp must not be before start timestamp");
  const auto expr = promql::parse(call.form.get("query"), call.parser());
  if (!expr) return bad_data(expr.error().detail());
  const Selectors selectors = selectors_of(**expr);
  if (selectors.empty()) return Response(204);
  auto found = call.services.tsdb.exemplars(call.tenant(), selectors, {start->range_ms(), end->range_ms()});
  if (!found) return tl::unexpected(api_error(found.error()));
  return list_of(std::move(*found));
}

}  // namespace sluice::server::query
