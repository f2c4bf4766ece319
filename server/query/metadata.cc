#include "server/query/metadata.h"

#include <memory>
#include <utility>
#include <vector>

#include "server/query/json/stream.h"
#include "server/query/json/text.h"
#include "server/query/parameters.h"

namespace sluice::server::query {
namespace {

using Group = std::vector<MetricMetadata>;  // of one metric

// An integer, or -1: none. Negative numbers mean none, too.
Parameter<std::int64_t> read_count(const Form& form, std::string_view name) {
  const std::string_view text = form.get(name);
  if (text.empty()) return std::int64_t{-1};
  const auto count = parse_integer(text);
  if (!count) return bad_data(std::string(name) + " must be a number");
  return *count;
}

void append_entry(std::string& out, const MetricMetadata& entry) {
  out += "{\"type\":";
  json::append_text(out, metric_type_name(entry.type));
  out += ",\"help\":";
  json::append_text(out, entry.help);
  out += ",\"unit\":";
  json::append_text(out, entry.unit);
  out += '}';
}

void append_group(std::string& out, const Group& group) {
  json::append_text(out, group.front().metric);
  out += ":[";
  for (const MetricMetadata& entry : group) {
    if (&entry != &group.front()) out += ',';
    append_entry(out, entry);
  }
  out += ']';
}

// `entries` are sorted by metric name.
std::vector<Group> groups_of(std::vector<MetricMetadata> entries, std::string_view metric, std::int64_t limit,
                             std::int64_t limit_per_metric) {
  std::vector<Group> groups;
  for (MetricMetadata& entry : entries) {
    if (!metric.empty() && entry.metric != metric) continue;
    const bool known = !groups.empty() && groups.back().front().metric == entry.metric;
    if (known) {
      if (limit_per_metric <= 0 || std::ssize(groups.back()) < limit_per_metric)
        groups.back().push_back(std::move(entry));
      continue;
    }
    if (limit >= 0 && std::ssize(groups) >= limit) break;
    groups.push_back({std::move(entry)});
  }
  return groups;
}

}  // namespace

Answer answer_metadata(const Call& call) {
  const auto limit = read_count(call.form, "limit");
  if (!limit) return tl::unexpected(limit.error());
  const auto limit_per_metric = read_count(call.form, "limit_per_metric");
  if (!limit_per_metric) return tl::unexpected(limit_per_metric.error());
  auto groups = std::make_shared<const std::vector<Group>>(
      groups_of(call.services.tsdb.metadata(call.tenant()), call.form.get("metric"), *limit, *limit_per_metric));
  auto append = [groups](std::string& out, std::size_t i) { append_group(out, (*groups)[i]); };
  return json::answer_of(
      std::make_shared<json::ListWriter>(std::string(kSuccessHead) + "{", groups->size(), std::move(append), "}}"));
}

}  // namespace sluice::server::query
