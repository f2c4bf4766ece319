// server/admin/routes.h
//
// Room: server/admin. What operators and orchestrators ask: is it alive, is it ready, its metrics, flush, compact.
#pragma once

#include <atomic>

#include "server/http/handler.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/tenant/gate.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server {

// All of them outlive the router.
struct AdminServices {
  Gate& gate;
  storage::Tsdb& tsdb;
  Metrics& metrics;
  Log& log;
  const std::atomic<bool>& ready;
};

// GET and HEAD of /-/healthy, /-/ready, /ready, /metrics: without tenant or token.
// POST of /admin/flush and /admin/compact: scope admin; answered when done, so they want ?wait=true.
void register_admin_routes(Router& router, const AdminServices& services);

// What storage counts, for Metrics::on_scrape().
std::vector<Metrics::Reading> storage_readings(storage::Tsdb& tsdb);

}  // namespace sluice::server
