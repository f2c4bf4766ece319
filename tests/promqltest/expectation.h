// tests/promqltest/expectation.h
//
// The lines below an eval, and the times in its head.
#pragma once

#include <string_view>

#include "tests/promqltest/script.h"

namespace sluice::promqltest {

Result<TimeGrid> take_instant(std::string_view& text);    // at T
Result<TimeGrid> take_time_grid(std::string_view& text);  // from A to B step S

// Answers whether the block may go on: a bare number and the deprecated expected_fail_* lines end it.
Result<bool> read_expectation(std::string_view line, Eval& eval);

Result<void> check_expectations(const Eval& eval);  // those that contradict one another

}  // namespace sluice::promqltest
