// Goal: an audit sees every kind of fault, and nothing where there is none.
// Method: the perfect answer is computed from the mesh, then damaged.

#include <gtest/gtest.h>

#include "load/audit/expectation.h"
#include "load/send/bodies.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kStart = 1'795'000'000'000;
constexpr std::uint64_t kRounds = 3;

class ExpectationTest : public testing::Test {
 protected:
  ExpectationTest()
      : mesh_(spec()),
        timebase_(Timebase::grid(kStart, 15'000, 1)),
        layout_(make_layout(mesh_, timebase_, fleet_)),
        ledger_(1, layout_.batches.size()) {
    for (std::uint64_t round = 0; round < kRounds; ++round)
      for (std::size_t batch = 0; batch < layout_.batches.size(); ++batch)
        ledger_.set(0, round, batch, Mark::acknowledged);
    window_ = windows_of(subject(), 0).front();
  }
  static MeshSpec spec() {
    MeshSpec spec;
    spec.size.services = 0;
    spec.size.pods = 1;
    return spec;
  }
  AuditSubject subject() const { return {mesh_, timebase_, layout_, fleet_, ledger_, tenants_}; }

  std::vector<FoundSeries> perfect_answer() const {
    std::vector<FoundSeries> answer;
    mesh_.describe(window_.target, kStart, mesh_.places(window_.target),
                   [&](std::uint32_t index, std::span<const LabelRef> labels) {
                     FoundSeries series;
                     std::vector<Label> owned;
                     for (const LabelRef& label : labels)
                       owned.push_back({std::string(label.name), std::string(label.value)});
                     series.labels = Labels(std::move(owned));
                     for (std::uint64_t round = 0; round < kRounds; ++round) {
                       const std::int64_t at = timebase_.scrape_ms(mesh_.targets()[window_.target].page, round);
                       double value = 0;
                       mesh_.values(window_.target, at, at, tenant_key("t"), {index, 1, 1}, {&value, 1});
                       series.samples.push_back({at, value});
                     }
                     answer.push_back(std::move(series));
                   });
    return answer;
  }
  Findings compare(const std::vector<FoundSeries>& answer) const {
    Findings findings;
    Expectation(subject(), window_).compare(answer, findings);
    return findings;
  }

  const Fleet fleet_{.agents = 1, .shards = 3, .samples_per_request = 100, .flush_after_deadline = false};
  const std::vector<std::string> tenants_ = {"t"};
  Mesh mesh_;
  Timebase timebase_;
  Layout layout_;
  Ledger ledger_;
  Window window_;
};

TEST_F(ExpectationTest, FindsNothingWrongWithThePerfectAnswer) {
  const Findings findings = compare(perfect_answer());
  EXPECT_TRUE(findings.clean()) << findings.examples.front();
  EXPECT_EQ(findings.found, kRounds * mesh_.targets()[window_.target].place_count);
  EXPECT_EQ(findings.acknowledged, findings.found);
}

TEST_F(ExpectationTest, SeesALostSample) {
  auto answer = perfect_answer();
  answer[4].samples.erase(answer[4].samples.begin() + 1);
  EXPECT_EQ(compare(answer).lost, 1U);
}

TEST_F(ExpectationTest, SeesALostSeries) {
  auto answer = perfect_answer();
  answer.erase(answer.begin());
  EXPECT_EQ(compare(answer).lost, kRounds);
}

TEST_F(ExpectationTest, SeesAnotherValue) {
  auto answer = perfect_answer();
  answer[7].samples[0].value += 1;
  EXPECT_EQ(compare(answer).wrong, 1U);
}

TEST_F(ExpectationTest, SeesInventedSamplesAndSeries) {
  auto answer = perfect_answer();
  answer[7].samples.push_back({answer[7].samples[0].timestamp_ms + 1, 1});
  FoundSeries stranger = answer[0];
  stranger.labels = Labels(std::vector<Label>{{"__name__", "stranger"}});
  answer.push_back(stranger);
  EXPECT_EQ(compare(answer).invented, 1 + kRounds);
}

TEST_F(ExpectationTest, WhatWasNeverAnsweredMayBeThereOrNot) {
  const auto complete = perfect_answer();
  for (std::size_t batch = 0; batch < layout_.batches.size(); ++batch) ledger_.set(0, 1, batch, Mark::sent);
  EXPECT_TRUE(compare(complete).clean());
  auto without = complete;
  for (FoundSeries& series : without) series.samples.erase(series.samples.begin() + 1);
  EXPECT_TRUE(compare(without).clean());
}

TEST_F(ExpectationTest, WhatWasNeverSentMustNotBeThere) {
  for (std::size_t batch = 0; batch < layout_.batches.size(); ++batch) ledger_.set(0, 2, batch, Mark::unsent);
  EXPECT_EQ(compare(perfect_answer()).invented, mesh_.targets()[window_.target].place_count);
}

TEST(Answer, ReadsMatrixAndVector) {
  const auto matrix = parse_query_answer(
      R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"b":"2","a":"1"},"values":[[1795.123,"3"],[1796,"+Inf"]]}]}})");
  ASSERT_TRUE(matrix);
  EXPECT_EQ(matrix->at(0).labels, Labels(std::vector<Label>{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(matrix->at(0).samples[0].timestamp_ms, 1795123);
  EXPECT_EQ(matrix->at(0).samples[0].value, 3);
  const auto vector = parse_query_answer(
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]}})");
  ASSERT_TRUE(vector);
  EXPECT_EQ(vector->at(0).samples[0].value, 7);
}

TEST(Answer, PassesOnWhatTheServerSays) {
  const auto refused = parse_query_answer(R"({"status":"error","errorType":"bad_data","error":"no such thing"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail(), "no such thing");
  EXPECT_EQ(parse_query_answer("<html>").error().code(), Errc::corrupt);
}

}  // namespace
}  // namespace sluice::load
