// load/audit/answer.h
//
// Room: load/audit. Reads the query API's JSON. Boost.JSON stays in answer.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/error.h"
#include "proto/model/labels.h"
#include "proto/model/sample.h"

namespace sluice::load {

struct FoundSeries {
  Labels labels;
  std::vector<Sample> samples;
};

// A matrix, or a vector taken as a matrix of one sample each.
Result<std::vector<FoundSeries>> parse_query_answer(std::string_view json);
Result<std::vector<std::string>> parse_label_values(std::string_view json);

}  // namespace sluice::load
