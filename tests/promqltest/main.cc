// promql-conformance [--batch N] [--threads N] [--immediate-name-removal] FILE.test...
//
// Runs scripts in Prometheus's test language; prints each failing eval and ends with `N passed, N failed`.
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/promqltest/runner.h"
#include "tests/promqltest/text.h"

namespace {

using namespace sluice::promqltest;

constexpr const char* kUsage = "usage: promql-conformance [--batch N] [--threads N] [--immediate-name-removal] FILE.test...\n";

struct Arguments {
  RunOptions options;
  std::vector<std::string> files;
};

std::optional<Arguments> parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      arguments.files.push_back(word);
      continue;
    }
    if (word == "--immediate-name-removal") {
      arguments.options.delayed_name_removal = false;
      continue;
    }
    const auto value = i + 1 < argc ? whole_integer<std::size_t>(argv[++i]) : std::nullopt;
    if (!value || *value == 0) return std::nullopt;
    if (word == "--batch")
      arguments.options.batch_series = *value;
    else if (word == "--threads")
      arguments.options.threads = *value;
    else
      return std::nullopt;
  }
  return arguments.files.empty() ? std::nullopt : std::optional(arguments);
}

Tally run_file(Runner& runner, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!(text << in.rdbuf())) {
    std::cout << file << ": cannot be read\n";
    return {0, 1};
  }
  const auto script = parse_script(file, text.str());
  if (script) return runner.run(*script);
  std::cout << script.error().detail() << "\n";
  return {0, 1};
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = parse_arguments(argc, argv);
  if (!arguments) {
    std::cerr << kUsage;
    return 2;
  }
  Runner runner(arguments->options, std::cout);
  Tally total;
  for (const std::string& file : arguments->files) total.add(run_file(runner, file));
  std::cout << total.passed << " passed, " << total.failed << " failed\n";
  return total.failed == 0 ? 0 : 1;
}
