// tests/promqltest/describe.h
//
// Values as messages show them.
#pragma once

#include <string>
#include <vector>

#include "tests/promqltest/compare.h"

namespace sluice::promqltest {

std::string describe(const Histogram& histogram);  // in the notation of scripts
std::string describe(double value, const Histogram* histogram);
std::string describe(const SequenceValue& value);
std::string describe(const SeriesLine& line, const TimeGrid& grid);
std::string describe(const MatrixSeries& series);
std::string joined(const std::vector<std::string>& texts);

}  // namespace sluice::promqltest
