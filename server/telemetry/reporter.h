// server/telemetry/reporter.h
//
// Room: server/telemetry. Hears what the listener and the door report, counts it, and writes the lines a person needs.
#pragma once

#include <string>
#include <string_view>

#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/refusal_log.h"

namespace sluice::server {

class Reporter final : public HttpObserver, public GateObserver {
 public:
  Reporter(Metrics& metrics, RefusalLog& refusals, Log& log) : metrics_(metrics), refusals_(refusals), log_(log) {}

  void answered(const Answered& answered) override { metrics_.answered(answered); }
  void connection_opened() override { metrics_.connection_opened(); }
  void connection_closed() override { metrics_.connection_closed(); }
  void connection_refused() override {
    metrics_.connection_refused();
    refusals_.note("", "connections_max", 1, "server.connections_max is reached");
  }
  void handler_threw(std::string_view route, std::string_view what) override {
    metrics_.handler_threw(route, what);
    log_.error("a handler threw; this is a bug", {{"route", std::string(route)}, {"what", std::string(what)}});
  }
  void accept_failed(std::string_view what) override {
    metrics_.accept_failed(what);
    refusals_.note("", "accept_failed", 1, what);
  }
  void denied(std::string_view tenant, const Denial& denial) override {
    metrics_.denied(tenant, denial);
    refusals_.note(tenant, denial.reason, 1, denial.text);
  }

 private:
  Metrics& metrics_;
  RefusalLog& refusals_;
  Log& log_;
};

}  // namespace sluice::server
