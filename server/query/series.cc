#include "server/query/series.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "proto/model/labels.h"
#include "server/query/json/labels.h"
#include "server/query/json/stream.h"
#include "server/query/json/text.h"
#include "server/query/label_name.h"
#include "server/query/parameters.h"

namespace sluice::server::query {
namespace {

// Cuts to the limit, and says so.
template <class T>
void truncate(std::vector<T>& items, std::size_t limit, Notices& notices) {
  if (items.size() <= limit) return;
  items.resize(limit);
  notices.warnings.emplace_back(kTruncated);
}

LabelQuery label_query(const Call& call, const SeriesQuestion& question) {
  LabelQuery query;
  query.selectors = question.selectors;
  query.range = question.range;
  query.limit = question.limit == kNoLimit ? 0 : question.limit;
  query.stop = call.request.stop;
  return query;
}

Answer list_of(Result<std::vector<std::string>> found, std::size_t limit) {
  if (!found) return tl::unexpected(api_error(found.error()));
  Notices notices;
  truncate(*found, limit, notices);
  const auto texts = std::make_shared<const std::vector<std::string>>(std::move(*found));
  auto append = [texts](std::string& out, std::size_t i) { json::append_text(out, (*texts)[i]); };
  return json::answer_of(std::make_shared<json::ListWriter>(std::string(kSuccessHead) + "[", texts->size(),
                                                            std::move(append), "]" + success_tail(notices)));
}

// The series of one or more selectors. Borrowed label views; the sets and the source keep what they point into.
struct FoundSeries {
  std::shared_ptr<const SeriesSource> source;
  std::vector<std::unique_ptr<SeriesSet>> sets;
  std::vector<LabelsView> labels;
};

// Several selectors may find the same series: their union, each series once, in label order.
void sort_and_unite(FoundSeries& found) {
  const SymbolSource& symbols = found.source->symbols();
  auto& labels = found.labels;
  std::sort(labels.begin(), labels.end(), [&](LabelsView a, LabelsView b) { return compare(a, b, symbols) < 0; });
  const auto same = [&](LabelsView a, LabelsView b) { return compare(a, b, symbols) == 0; };
  labels.erase(std::unique(labels.begin(), labels.end(), same), labels.end());
}

Result<FoundSeries> find_series(const Call& call, const SeriesQuestion& question) {
  FoundSeries found;
  found.source = call.services.tsdb.source(call.tenant());
  if (question.range.max_ms < question.range.min_ms) return found;
  for (const auto& matchers : question.selectors) {
    auto set = found.source->list(matchers, question.range, call.request.stop);
    if (!set) return tl::unexpected(set.error());
    for (std::size_t i = 0; i < (*set)->size(); ++i) found.labels.push_back((*set)->labels(i));
    found.sets.push_back(std::move(*set));
  }
  if (found.sets.size() > 1) sort_and_unite(found);
  return found;
}

Response series_list(FoundSeries found, const Notices& notices) {
  struct State {
    explicit State(FoundSeries series) : found(std::move(series)), writer(&found.source->symbols()) {}
    FoundSeries found;
    json::LabelsWriter writer;
  };
  const std::size_t count = found.labels.size();
  auto append = [state = std::make_shared<State>(std::move(found))](std::string& out, std::size_t i) {
    state->writer.append(out, state->found.labels[i]);
  };
  return json::answer_of(std::make_shared<json::ListWriter>(std::string(kSuccessHead) + "[", count, std::move(append),
                                                            "]" + success_tail(notices)));
}

}  // namespace

Answer answer_labels(const Call& call) {
  const auto question = read_series_question(call.form, call.parser());
  if (!question) return tl::unexpected(question.error());
  const auto source = call.services.tsdb.source(call.tenant());
  return list_of(source->label_names(label_query(call, *question)), question->limit);
}

Answer answer_label_values(const Call& call) {
  const std::string name = unescape_label_name(label_name_of_path(call.request.head.path));
  if (name.empty() || !is_valid_utf8(name)) return bad_data("invalid label name: " + go_quoted(name));
  const auto question = read_series_question(call.form, call.parser());
  if (!question) return tl::unexpected(question.error());
  const auto source = call.services.tsdb.source(call.tenant());
  return list_of(source->label_values(name, label_query(call, *question)), question->limit);
}

Answer answer_series(const Call& call) {
  if (!call.form.has("match[]")) return bad_data("no match[] parameter provided");
  const auto question = read_series_question(call.form, call.parser(), SelectorErrors::named);
  if (!question) return tl::unexpected(question.error());
  auto found = find_series(call, *question);
  if (!found) return tl::unexpected(api_error(found.error()));
  Notices notices;
  truncate(found->labels, question->limit, notices);
  return series_list(std::move(*found), notices);
}

}  // namespace sluice::server::query
