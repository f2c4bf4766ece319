// storage/tsdb/label_rules.h
//
// Room: storage/tsdb. What a series' labels must be before they get a name of their own. Runs once per spelling.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/model/labels.h"
#include "proto/model/limits.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::storage {

struct LabelRefusal {
  Refusal refusal;
  std::string text;  // complete, with the series
};

// Sorts by name, drops empty values, and checks: a metric name, valid UTF-8, no empty or repeated names, the tenant's
// limits. nullopt: `labels` is now canonical.
std::optional<LabelRefusal> canonicalise(std::vector<LabelRef>& labels, const StorageLimits& limits);

std::string labels_text(const std::vector<LabelRef>& labels);  // {a="b", c="d"}, cut when very long

}  // namespace sluice::storage
