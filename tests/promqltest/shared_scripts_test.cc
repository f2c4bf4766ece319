// Prometheus's own scripts, from ../shared, which is no part of the product: skipped where it is absent.
// shared_passes_min.txt holds the number of evals that passed when it was last raised. It only goes up.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/promqltest/runner.h"

namespace sluice::promqltest {
namespace {

const std::filesystem::path kScripts = std::filesystem::path(SLUICE_SHARED) / "promql-testdata";

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Tally run_all(const RunOptions& options, std::ostream& out) {
  Tally total;
  for (const auto& entry : std::filesystem::directory_iterator(kScripts)) {
    if (entry.path().extension() != ".test") continue;
    const auto script = parse_script(entry.path().filename().string(), contents(entry.path()));
    EXPECT_TRUE(script.has_value()) << script.error().detail();
    if (script) total.add(Runner(options, out).run(*script));
  }
  return total;
}

class SharedScripts : public testing::TestWithParam<std::size_t> {};

TEST_P(SharedScripts, PassAtLeastAsOftenAsBefore) {
  if (!std::filesystem::exists(kScripts)) GTEST_SKIP() << kScripts << " is absent: Prometheus's scripts are not run";
  std::ostringstream failures;
  const Tally tally = run_all({.batch_series = GetParam()}, failures);
  const std::size_t minimum = std::stoul(contents(SLUICE_PASSES_MIN));
  std::cout << tally.passed << " passed, " << tally.failed << " failed, at least " << minimum << " must pass\n";
  EXPECT_GE(tally.passed, minimum) << failures.str();
}

// The usual batch, and one so small that every seam between batches is crossed.
INSTANTIATE_TEST_SUITE_P(Batches, SharedScripts, testing::Values(64, 2));

}  // namespace
}  // namespace sluice::promqltest
