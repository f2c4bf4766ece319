// server/ingest/remote_write_handler.h
//
// Room: server/ingest. Remote write 1.0 and 2.0: negotiates from the head, then decodes, charges the tenant's rate,
// stores, and answers with what was truly stored.
#pragma once

#include "proto/wire/write_batch.h"
#include "server/http/handler.h"
#include "server/ingest/classic_histograms.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/refusal_log.h"
#include "server/tenant/gate.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server {

// Thread safety: any thread. Decoding scratch is kept per thread of the ingest pool.
class RemoteWriteHandler final : public Handler {
 public:
  // All of them outlive the handler. `key`: whoever else writes to `tsdb` decodes with the same one.
  RemoteWriteHandler(Gate& gate, storage::Tsdb& tsdb, wire::SpellingKey key, Metrics& metrics, RefusalLog& refusals)
      : gate_(gate), tsdb_(tsdb), key_(key), metrics_(metrics), refusals_(refusals), classic_histograms_(tsdb, key) {}

  Pool pool() const override { return Pool::ingest; }
  AdmitDecision admit(const RequestHead& head) override;
  Response handle(Request& request, Admission* admission) override;
  void finish(const RequestHead& head, Response& response) const override;
  std::vector<Metrics::Reading> readings() const;

 private:
  struct Scratch;
  Response store(TenantPass& pass, const Request& request, wire::Protocol protocol, Scratch& scratch);
  Result<storage::WriteReport> append(const TenantPass& pass, wire::WriteBatch& batch);
  void record(const TenantPass& pass, const Request& request, const storage::WriteReport& report);

  Gate& gate_;
  storage::Tsdb& tsdb_;
  const wire::SpellingKey key_;
  Metrics& metrics_;
  RefusalLog& refusals_;
  ClassicHistograms classic_histograms_;
};

// On /api/v1/push, /api/v1/write and /api/prom/push.
void register_write_routes(Router& router, std::shared_ptr<RemoteWriteHandler> handler);

}  // namespace sluice::server
