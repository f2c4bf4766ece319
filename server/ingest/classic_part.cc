#include "server/ingest/classic_part.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "proto/wire/encode.h"

namespace sluice::server {
namespace {

constexpr std::string_view kBucketBound = "le";

std::optional<double> parse_bound(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  const bool read = error == std::errc() && end == text.data() + text.size();
  if (!read || std::isnan(bound) || bound == -HUGE_VAL) return std::nullopt;
  return bound;
}

PartKind take_suffix(std::string_view& name) {
  struct Suffix {
    std::string_view text;
    PartKind kind;
  };
  for (const Suffix& suffix :
       {Suffix{"_bucket", PartKind::bucket}, Suffix{"_sum", PartKind::sum}, Suffix{"_count", PartKind::count}}) {
    if (!name.ends_with(suffix.text) || name.size() == suffix.text.size()) continue;
    name.remove_suffix(suffix.text.size());
    return suffix.kind;
  }
  return PartKind::none;
}

}  // namespace

ClassicPart classic_part_of(std::span<const LabelRef> labels) {
  ClassicPart part;
  std::optional<double> bound;
  std::vector<LabelRef> kept;
  for (LabelRef label : labels) {
    if (label.name == kMetricName) part.kind = take_suffix(label.value);
    if (label.name == kBucketBound)
      bound = parse_bound(label.value);
    else
      kept.push_back(label);
  }
  if (part.kind == PartKind::bucket && !bound) part.kind = PartKind::none;
  if (part.kind == PartKind::none) return part;
  part.bound = bound.value_or(0);
  std::sort(kept.begin(), kept.end());
  part.histogram = wire::encode_labels_v1(kept);
  return part;
}

}  // namespace sluice::server
