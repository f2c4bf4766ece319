#include "load/app/options.h"

#include <gtest/gtest.h>

#include <sstream>

namespace sluice::load {
namespace {

Result<Options> parse(std::vector<std::string> arguments) { return parse_options(arguments); }

TEST(Options, DefaultsAreFlatOutToTheLocalReceiver) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->pace.kind, Pace::Kind::flat_out);
  EXPECT_TRUE(options->stamps);
  EXPECT_EQ(options->tenant_names(), std::vector<std::string>{""});
}

TEST(Options, BothSpellingsOfAValue) {
  EXPECT_EQ(parse({"--pods=7"})->mesh.size.pods, 7U);
  EXPECT_EQ(parse({"--pods", "7"})->mesh.size.pods, 7U);
}

TEST(Options, BackfillAndRealTimeUseTheGrid) {
  EXPECT_FALSE(parse({"--backfill", "2h"})->stamps);
  EXPECT_FALSE(parse({"--realtime"})->stamps);
  auto options = *parse({"--backfill=2h"});
  options.settle(1'795'000'000'000);
  EXPECT_EQ(*options.start_ms, 1'795'000'000'000 - 2 * 3'600'000);
}

TEST(Options, RolloutsBeginOneBeatAfterTheStart) {
  auto options = *parse({"--backfill=2h", "--rollout", "10m"});
  options.settle(1'795'000'000'000);
  EXPECT_EQ(options.mesh.rollouts.since_ms, *options.start_ms + 600'000);
}

TEST(Options, TenantsAreNumbered) {
  EXPECT_EQ(parse({"--tenant", "t", "--tenants", "2"})->tenant_names(), (std::vector<std::string>{"t-1", "t-2"}));
}

TEST(Options, RefusalsNameTheOptionAndWhatItExpects) {
  const std::pair<std::vector<std::string>, const char*> kCases[] = {
      {{"--pod", "3"}, "unknown option --pod"},
      {{"--pods", "0"}, "--pods 0: expects a number from 1 to 1000"},
      {{"--pods"}, "--pods needs a value"},
      {{"--quiet=yes"}, "--quiet takes no value"},
      {{"--backfill", "2 hours"}, "expects a time such as"},
      {{"--le", "go4"}, "expects go2 or go3"},
      {{"--url", "https://x"}, "only http://"},
      {{"--new-versions"}, "--new-versions needs --rollout TIME"},
      {{"--ambient", "istio-system"}, "expects bookinfo or default or shop"},
      {{"extra"}, "unknown option extra"}};
  for (const auto& [arguments, text] : kCases) {
    const auto options = parse(arguments);
    ASSERT_FALSE(options) << text;
    EXPECT_NE(options.error().detail().find(text), std::string::npos) << options.error().detail();
  }
}

TEST(Options, AnAuditReadsBackWhatDecidesTheSamples) {
  auto options = *parse(
      {"--series",         "20000",      "--churn",    "2.5", "--le",      "go3", "--realtime",     "--tenant", "a",
       "--external-label", "cluster=c1", "--interval", "5s",  "--rollout", "1m",  "--new-versions", "--attack", "1s",
       "--ambient",        "shop",       "--ambient",  "data"});
  options.settle(1'795'000'000'000);
  std::vector<std::string> arguments;
  std::istringstream lines(plan_arguments(options));
  for (std::string line; std::getline(lines, line);) arguments.push_back(line);
  auto again = parse_options(arguments);
  ASSERT_TRUE(again) << again.error().detail();
  again->settle(0);
  EXPECT_EQ(plan_arguments(*again), plan_arguments(options));
}

}  // namespace
}  // namespace sluice::load
