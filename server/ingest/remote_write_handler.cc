#include "server/ingest/remote_write_handler.h"

#include "server/http/status.h"
#include "server/ingest/negotiation.h"
#include "server/ingest/verdict.h"

namespace sluice::server {
namespace {

constexpr double kStorageRetrySeconds = 5;           // a full disk is not emptied in a second
constexpr std::size_t kScratchBytesKept = 8u << 20;  // a rare giant push must not stay in memory for ever

std::string_view example_of(const storage::WriteReport& report) {
  return report.examples.empty() ? std::string_view() : std::string_view(report.examples.front());
}

// A push that no retry can mend is 400, so that its sender drops it instead of blocking its queue.
Response undecodable(const Error& error) { return text_answer(400, error.detail()); }

Response not_stored(const Error& error) {
  Response response = text_error(error);
  if (response.status == 503 || response.status == 429)
    set_retry_after(response, jittered_seconds(kStorageRetrySeconds));
  return response;
}

}  // namespace

struct RemoteWriteHandler::Scratch {
  std::string message;
  wire::WriteBatch batch;
  bool is_large() const { return message.capacity() > kScratchBytesKept; }
};

AdmitDecision RemoteWriteHandler::admit(const RequestHead& head) {
  AdmitDecision decision;
  auto pass = gate_.admit_write(head);
  if (!pass) {
    decision.refusal = answer(pass.error());
    return decision;
  }
  if (const auto protocol = negotiate(head.headers); !protocol) {
    decision.refusal = text_answer(415, protocol.error());
    return decision;
  }
  decision.body_bytes_max = (*pass)->limits().body_bytes_max;
  decision.admission = std::move(*pass);
  return decision;
}

Response RemoteWriteHandler::handle(Request& request, Admission* admission) {
  thread_local Scratch scratch;
  auto& pass = static_cast<TenantPass&>(*admission);
  const auto protocol = protocol_of(request.head.headers.get("Content-Type")).value();  // admit() has refused others
  Response response = store(pass, request, protocol, scratch);
  if (scratch.is_large()) scratch = Scratch();
  return response;
}

Response RemoteWriteHandler::store(TenantPass& pass, const Request& request, wire::Protocol protocol,
                                   Scratch& scratch) {
  wire::DecodeLimits limits;
  limits.decoded_bytes_max = pass.limits().decoded_bytes_max;
  const auto message = wire::uncompress(request.body, limits.decoded_bytes_max, scratch.message);
  if (!message) return undecodable(message.error());
  scratch.batch.clear();
  const auto decoded = wire::decode(protocol, *message, limits, key_, scratch.batch);
  if (!decoded) return undecodable(decoded.error());
  const auto spent = pass.spend_samples(scratch.batch.samples.size() + scratch.batch.histograms.size());
  if (!spent) return sluice::server::answer(spent.error());
  const auto report = append(pass, scratch.batch);
  if (!report) {
    refusals_.note(pass.tenant().text(), "not_stored", 1, report.error().detail());
    return not_stored(report.error());
  }
  record(pass, request, *report);
  return verdict(protocol, *report);
}

Result<storage::WriteReport> RemoteWriteHandler::append(const TenantPass& pass, wire::WriteBatch& batch) {
  const TenantLimits& limits = pass.limits();
  if (limits.classic_histograms_to_nhcb) return classic_histograms_.append(pass.tenant(), batch, limits);
  return tsdb_.append(pass.tenant(), batch, limits.storage);
}

void RemoteWriteHandler::record(const TenantPass& pass, const Request& request, const storage::WriteReport& report) {
  PushOutcome outcome;
  outcome.tenant = pass.tenant().text();
  outcome.samples = report.samples_written;
  outcome.histograms = report.histograms_written;
  outcome.exemplars = report.exemplars_written;
  outcome.duplicates = report.duplicates;
  outcome.new_series = report.new_series;
  outcome.body_bytes = request.body.size();
  for (std::size_t i = 0; i < storage::kRefusalCount; ++i) {
    if (report.refused[i] == 0) continue;
    const char* reason = reason_label(static_cast<storage::Refusal>(i));
    outcome.refused.emplace_back(reason, report.refused[i]);
    refusals_.note(outcome.tenant, reason, report.refused[i], example_of(report));
  }
  metrics_.pushed(outcome);
}

std::vector<Metrics::Reading> RemoteWriteHandler::readings() const {
  const GatheringCounts counts = classic_histograms_.counts();
  return {{"sluice_classic_histograms_converted_total", "Scrapes of classic histograms stored as native ones.", true,
           static_cast<double>(counts.converted)},
          {"sluice_classic_histograms_left_total", "Scrapes of classic histograms that stayed classic.", true,
           static_cast<double>(counts.left_classic)}};
}

void RemoteWriteHandler::finish(const RequestHead& head, Response& response) const {
  const auto protocol = protocol_of(head.headers.get("Content-Type"));
  if (protocol && *protocol == wire::Protocol::remote_write_2 && !has_written(response))
    set_written(response, Written());
}

void register_write_routes(Router& router, std::shared_ptr<RemoteWriteHandler> handler) {
  for (const char* path : {"/api/v1/push", "/api/v1/write", "/api/prom/push"})
    router.add({Method::post}, path, handler);
}

}  // namespace sluice::server
