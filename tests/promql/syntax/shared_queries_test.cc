// Every expression that Istio's dashboards and Kiali send, and every one of Prometheus's own scripts, parses, and its
// canonical text says the same again. Skipped where ../shared, which is no part of the product, is absent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

const std::filesystem::path kShared = SLUICE_SHARED;

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The JSON string that starts behind `at`; queries.json has only simple escapes.
std::string json_string(const std::string& json, std::size_t at) {
  std::string out;
  for (std::size_t i = json.find('"', at) + 1; json[i] != '"'; ++i) {
    if (json[i] == '\\' && json[++i] == 'n')
      out += '\n';
    else if (json[i] == 'u' && json[i - 1] == '\\')
      out += static_cast<char>(std::stoi(json.substr(i + 1, 4), nullptr, 16)), i += 4;
    else
      out += json[i];
  }
  return out;
}

void expect_round_trip(const std::string& query) {
  const auto expr = parse(query);
  ASSERT_TRUE(expr.has_value()) << query << "\n" << expr.error().detail();
  const std::string canonical = canonical_text(**expr);
  const auto again = parse(canonical);
  ASSERT_TRUE(again.has_value()) << canonical << "\n" << again.error().detail();
  EXPECT_EQ(canonical_text(**again), canonical);
  const auto pretty = parse(pretty_text(**expr));
  ASSERT_TRUE(pretty.has_value()) << pretty_text(**expr) << "\n" << pretty.error().detail();
  EXPECT_EQ(canonical_text(**pretty), canonical);
}

TEST(SharedQueries, OfIstioParse) {
  const auto path = kShared / "istio" / "queries.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent: Istio's queries are not tried";
  const std::string json = contents(path);
  const std::string key = "\"expr\":";
  int count = 0;
  const std::size_t queries = json.find("\"queries\":");  // behind the part that describes the fields
  for (std::size_t at = json.find(key, queries); at != json.npos; at = json.find(key, at + 1), ++count)
    expect_round_trip(json_string(json, at + key.size()));
  EXPECT_EQ(count, 939);
}

TEST(SharedQueries, OfPrometheusScriptsParse) {
  const auto folder = kShared / "promql-testdata";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent: Prometheus's scripts are not tried";
  const std::regex instant(R"(^\s*eval(?:_\w+)?\s+instant\s+at\s+\S+\s+(.+)$)");
  const std::regex range(R"(^\s*eval(?:_\w+)?\s+range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+\s+(.+)$)");
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".test") continue;
    std::istringstream lines(contents(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      std::smatch found;
      if (!std::regex_match(line, found, instant) && !std::regex_match(line, found, range)) continue;
      expect_round_trip(found[1]);
      ++count;
    }
  }
  EXPECT_GT(count, 1700);
}

}  // namespace
}  // namespace sluice::promql
