#include "promql/value/annotations.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

// " (LINE:COL)" of a byte offset; both count from 1.
std::string place(std::string_view query, std::int32_t position) {
  const std::size_t at = std::min(query.size(), static_cast<std::size_t>(std::max(0, position)));
  const std::string_view before = query.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return " (" + std::to_string(line) + ":" + std::to_string(at - line_start + 1) + ")";
}

std::string rfc3339_seconds(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms >= 0 ? ms / 1000 : -((999 - ms) / 1000));
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char buffer[40];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return buffer;
}

std::string details(const MonotonicityRepair& r) {
  return ", from buckets " + general_number(r.bucket_min) + " to " + general_number(r.bucket_max) +
         ", with a max diff of " + go_general(r.difference_max, 2) + ", over " + std::to_string(r.count) +
         " samples from " + rfc3339_seconds(r.first_ms) + " to " + rfc3339_seconds(r.last_ms);
}

}  // namespace

void MonotonicityRepair::merge(const MonotonicityRepair& other) {
  if (count == 0) {
    *this = other;
    return;
  }
  bucket_min = std::min(bucket_min, other.bucket_min);
  bucket_max = std::max(bucket_max, other.bucket_max);
  difference_max = std::max(difference_max, other.difference_max);
  first_ms = std::min(first_ms, other.first_ms);
  last_ms = std::max(last_ms, other.last_ms);
  count += other.count;
}

void Annotations::warn_counted(std::string text, std::int32_t position) {
  Note& note = warnings_[std::move(text)];
  note.position = position;
  ++note.occurrences;
}

void Annotations::repaired(std::string text, std::int32_t position, const MonotonicityRepair& repair) {
  const auto [known, added] = repairs_.try_emplace(std::move(text));
  if (added) known->second.position = position;  // unlike other notes, these point at the first place
  known->second.repair.merge(repair);
}

void Annotations::merge(const Annotations& other) {
  const auto merge_notes = [](std::map<std::string, Note>& into, const std::map<std::string, Note>& from) {
    for (const auto& [text, note] : from) {
      Note& known = into[text];
      known.position = note.position;
      known.occurrences += note.occurrences;
    }
  };
  merge_notes(warnings_, other.warnings_);
  merge_notes(infos_, other.infos_);
  for (const auto& [text, repair] : other.repairs_) repaired(text, repair.position, repair.repair);
}

std::vector<std::string> Annotations::warnings(std::string_view query) const {
  std::vector<std::string> texts;
  for (const auto& [text, note] : warnings_) {
    const std::string times = note.occurrences > 1 ? " (" + std::to_string(note.occurrences) + " occurrences)" : "";
    texts.push_back("PromQL warning: " + text + times + place(query, note.position));
  }
  return texts;
}

std::vector<std::string> Annotations::infos(std::string_view query) const {
  std::vector<std::string> texts;
  for (const auto& [text, note] : infos_) texts.push_back("PromQL info: " + text + place(query, note.position));
  for (const auto& [text, repair] : repairs_)
    texts.push_back("PromQL info: " + text + details(repair.repair) + place(query, repair.position));
  return texts;
}

}  // namespace sluice::promql
