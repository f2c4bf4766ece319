// The push from its head to its answer, with a Tsdb that answers as told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "proto/wire/encode.h"
#include "server/ingest/negotiation.h"
#include "server/ingest/remote_write_handler.h"
#include "server/ingest/verdict.h"
#include "tests/server/ingest/fake_tsdb.h"

namespace sluice::server {
namespace {

using storage::Refusal;
using storage::WriteReport;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kType1 = "application/x-protobuf";
constexpr const char* kType2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
constexpr const char* kSamplesWritten = "X-Prometheus-Remote-Write-Samples-Written";

struct TypeCase {
  std::string name, content_type, encoding;
  int protocol;  // 0: refused
  std::string said;
};
class Negotiation : public testing::TestWithParam<TypeCase> {};
TEST_P(Negotiation, IsPrometheuss) {
  Headers headers;
  if (!GetParam().content_type.empty()) headers.add("Content-Type", GetParam().content_type);
  if (!GetParam().encoding.empty()) headers.add("Content-Encoding", GetParam().encoding);
  const auto protocol = negotiate(headers);
  if (GetParam().protocol == 0) {
    ASSERT_FALSE(protocol.has_value());
    EXPECT_EQ(protocol.error(), GetParam().said);
  } else {
    ASSERT_TRUE(protocol.has_value()) << protocol.error();
    EXPECT_EQ(*protocol, GetParam().protocol == 1 ? wire::Protocol::remote_write_1 : wire::Protocol::remote_write_2);
  }
}
const TypeCase kTypes[] = {
    {"NothingIs1", "", "", 1, ""},
    {"Plain1", kType1, "snappy", 1, ""},
    {"Named1", "application/x-protobuf;proto=prometheus.WriteRequest", "snappy", 1, ""},
    {"Named2", kType2, "snappy", 2, ""},
    {"BlankBeforeParameterIsUnknown", "application/x-protobuf; proto=io.prometheus.write.v2.Request", "snappy", 1, ""},
    {"OtherParameter", "application/x-protobuf;charset=utf-8", "snappy", 1, ""},
    {"LastProtoWins", "application/x-protobuf;proto=prometheus.WriteRequest;proto=io.prometheus.write.v2.Request", "",
     2, ""},
    {"Json", "application/json", "snappy", 0,
     "expected application/x-protobuf as the first (media) part, got application/json content-type"},
    {"Image", "image/png", "", 0,
     "expected application/x-protobuf as the first (media) part, got image/png content-type"},
    {"UnknownMessage", "application/x-protobuf;proto=a.B", "snappy", 0,
     "a.B protobuf message is not accepted by this server; only accepts prometheus.WriteRequest, "
     "io.prometheus.write.v2.Request"},
    {"NotKeyValue", "application/x-protobuf;proto", "snappy", 0,
     "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got proto in "
     "application/x-protobuf;proto content-type"},
    {"Gzip", kType1, "gzip", 0,
     "gzip encoding (compression) is not accepted by this server; only snappy is acceptable"},
    {"EncodingIsJudgedFirst", "application/json", "deflate", 0,
     "deflate encoding (compression) is not accepted by this server; only snappy is acceptable"},
};
INSTANTIATE_TEST_SUITE_P(Heads, Negotiation, testing::ValuesIn(kTypes),
                         [](const auto& info) { return info.param.name; });

WriteReport refusing(Refusal refusal, std::uint64_t count = 1) {
  WriteReport report;
  report.samples_written = 5;
  report.refused[static_cast<std::size_t>(refusal)] = count;
  report.examples.push_back("text of the refusal for series {a=\"b\"}");
  return report;
}

TEST(Verdict, PrometheusHidesSomeRefusalsFromSendersOf1) {
  struct Case {
    Refusal refusal;
    int status_1, status_2;
  };
  const Case cases[] = {
      {Refusal::out_of_order_too_old, 400, 400},  {Refusal::duplicate_timestamp, 400, 400},
      {Refusal::too_far_in_future, 400, 400},     {Refusal::out_of_retention, 400, 400},
      {Refusal::label_limit, 400, 400},           {Refusal::series_limit, 400, 400},
      {Refusal::invalid_histogram, 400, 400},     {Refusal::malformed_series, 400, 400},
      {Refusal::invalid_labels, 204, 400},        {Refusal::no_samples, 204, 400},
      {Refusal::out_of_order_exemplar, 204, 400}, {Refusal::invalid_exemplar, 204, 204},
      {Refusal::malformed_exemplar, 204, 400},    {Refusal::metadata_limit, 400, 400},
  };
  EXPECT_EQ(std::size(cases), storage::kRefusalCount);
  for (const Case& c : cases) {
    const auto report = refusing(c.refusal);
    EXPECT_EQ(verdict(wire::Protocol::remote_write_1, report).status, c.status_1) << reason_label(c.refusal);
    EXPECT_EQ(verdict(wire::Protocol::remote_write_2, report).status, c.status_2) << reason_label(c.refusal);
  }
}

TEST(Verdict, NamesReasonsAndExamples) {
  const Response response = verdict(wire::Protocol::remote_write_2, refusing(Refusal::label_limit, 3));
  EXPECT_THAT(response.body, HasSubstr("refused 3 (label_limit 3) and stored 5 of this push\n"));
  EXPECT_THAT(response.body, HasSubstr("text of the refusal for series {a=\"b\"}\n"));
  EXPECT_EQ(response.headers.get(kSamplesWritten), "5");
}

TEST(Verdict, TheBodyIsBounded) {
  WriteReport report = refusing(Refusal::label_limit);
  for (int i = 0; i < 100; ++i) report.examples.push_back(std::string(100'000, 'x'));
  EXPECT_LE(verdict(wire::Protocol::remote_write_1, report).body.size(), 8u << 10);
}

class Pushing : public testing::Test {
 protected:
  struct Observer final : GateObserver {
    void denied(std::string_view, const Denial& denial) override { reasons.push_back(denial.reason); }
    std::vector<std::string> reasons;
  };

  Request push(std::string_view message, const char* content_type = kType1) {
    Request request;
    request.head.method = Method::post;
    request.head.headers.add("Content-Type", content_type);
    request.head.headers.add("Content-Encoding", "snappy");
    request.head.headers.add("X-Scope-OrgID", "mesh");
    wire::compress(message, request.body);
    request.head.content_length = request.body.size();
    return request;
  }

  static std::string two_series() {
    const LabelRef up[] = {{"__name__", "up"}, {"job", "a"}}, down[] = {{"__name__", "down"}, {"job", "a"}};
    std::string message;
    wire::append_series_v1(message, wire::encode_labels_v1(up), Sample{1000, 1});
    wire::append_series_v1(message, wire::encode_labels_v1(down), Sample{1000, 2});
    return message;
  }

  static std::string one_series_v2() {
    wire::SymbolDictionary dictionary;
    const LabelRef up[] = {{"__name__", "up"}, {"job", "a"}};
    wire::RequestBuilderV2 builder(dictionary);
    builder.add(wire::symbol_ids(dictionary, up), Sample{1000, 1});
    std::string message;
    builder.finish(message);
    return message;
  }

  // As the connection does it.
  Response send(Request request) {
    auto decision = handler_.admit(request.head);
    Response response =
        decision.refusal ? std::move(*decision.refusal) : handler_.handle(request, decision.admission.get());
    handler_.finish(request.head, response);
    return response;
  }

  SystemClock clock_;
  Observer observer_;
  Gate gate_{Gate::Options(), clock_, observer_};
  storage::FakeTsdb tsdb_;
  Metrics metrics_{{.tenants_max = 10, .version = "test"}};
  std::ostringstream lines_;
  Log log_{{LogLevel::info, LogFormat::text}, lines_};
  RefusalLog refusals_{log_, clock_, std::chrono::seconds(10)};
  RemoteWriteHandler handler_{gate_, tsdb_, wire::SpellingKey(7), metrics_, refusals_};
};

TEST_F(Pushing, StoresAndAnswers204) {
  const Response response = send(push(two_series()));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
  EXPECT_FALSE(response.headers.has(kSamplesWritten));
  ASSERT_EQ(tsdb_.appends.size(), 1u);
  EXPECT_EQ(tsdb_.appends[0].tenant, "mesh");
  EXPECT_EQ(tsdb_.appends[0].samples, 2u);
  EXPECT_THAT(metrics_.expose(), HasSubstr("sluice_push_samples_total{tenant=\"mesh\"} 2\n"));
}

TEST_F(Pushing, Version2IsToldWhatWasWritten) {
  const Response response = send(push(one_series_v2(), kType2));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.get(kSamplesWritten), "1");
  EXPECT_EQ(response.headers.get("X-Prometheus-Remote-Write-Histograms-Written"), "0");
  EXPECT_EQ(response.headers.get("X-Prometheus-Remote-Write-Exemplars-Written"), "0");
}

TEST_F(Pushing, ABadHeadIsRefusedBeforeTheBodyIsLookedAt) {
  Request request = push("", "application/json");
  request.body = "\xff\xff\xff";
  const auto decision = handler_.admit(request.head);
  ASSERT_TRUE(decision.refusal.has_value());
  EXPECT_EQ(decision.refusal->status, 415);
  EXPECT_TRUE(decision.refusal->body.ends_with("content-type\n"));
  EXPECT_EQ(gate_.body_bytes_in_flight(), 0u);
}

TEST_F(Pushing, DamagedBodiesAre400AndStoreNothing) {
  for (const char* type : {kType1, kType2}) {
    Request corrupt = push("", type);
    corrupt.body = "\xff\xff\xff garbage";
    const Response response = send(std::move(corrupt));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.headers.has(kSamplesWritten), type == kType2);
    EXPECT_EQ(send(push("\x0a\x7f", type)).status, 400);
  }
  EXPECT_TRUE(tsdb_.appends.empty());
}

TEST_F(Pushing, ABodyThatDecodesTooLargeIs400) {
  TenantRules rules;
  rules.defaults.decoded_bytes_max = 100;
  gate_.replace_rules(rules);
  const Response response = send(push(std::string(5000, '\0')));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, "decoded size exceeds the 100 bytes limit\n");
}

TEST_F(Pushing, StorageThatIsAwayAnswers503AndWhenToComeBack) {
  tsdb_.answer = [](const wire::WriteBatch&) { return Result<WriteReport>(fail(Errc::unavailable, "disk full")); };
  for (const char* type : {kType1, kType2}) {
    const Response response = send(push(type == kType1 ? two_series() : one_series_v2(), type));
    EXPECT_EQ(response.status, 503);
    EXPECT_GE(std::stoi(std::string(response.headers.get("Retry-After"))), 5);
    EXPECT_EQ(response.headers.get(kSamplesWritten), type == kType2 ? "0" : "");
  }
  EXPECT_THAT(lines_.str(), HasSubstr("disk full"));
}

TEST_F(Pushing, SamplesOverTheRateAreRefusedWhole) {
  TenantRules rules;
  rules.defaults.ingestion_rate = 1;
  rules.defaults.ingestion_burst = 3;
  gate_.replace_rules(rules);
  EXPECT_EQ(send(push(two_series())).status, 204);
  const Response refused = send(push(two_series()));
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.has("Retry-After"));
  EXPECT_EQ(tsdb_.appends.size(), 1u);
}

TEST_F(Pushing, ATenantMayChoose503ForItsRate) {
  TenantRules rules;
  rules.defaults.ingestion_rate = 1;
  rules.defaults.ingestion_burst = 2;
  rules.defaults.rate_refusal_status = 503;
  gate_.replace_rules(rules);
  EXPECT_EQ(send(push(two_series())).status, 204);
  const Response refused = send(push(one_series_v2(), kType2));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.get(kSamplesWritten), "0");
}

TEST_F(Pushing, WhatIsHiddenFromTheSenderIsCountedAndLogged) {
  tsdb_.answer = [](const wire::WriteBatch&) { return Result<WriteReport>(refusing(Refusal::invalid_labels, 4)); };
  EXPECT_EQ(send(push(two_series())).status, 204);
  EXPECT_THAT(metrics_.expose(), HasSubstr("sluice_push_refused_total{reason=\"invalid_labels\",tenant=\"mesh\"} 4\n"));
  EXPECT_THAT(lines_.str(), HasSubstr("reason=\"invalid_labels\""));
}

TEST_F(Pushing, TheTenantsLimitsReachStorage) {
  TenantRules rules;
  rules.overrides[TenantId::parse("mesh").value()].storage.active_series_max = 77;
  gate_.replace_rules(rules);
  send(push(two_series()));
  EXPECT_EQ(tsdb_.appends.at(0).active_series_max, 77u);
}

}  // namespace
}  // namespace sluice::server
