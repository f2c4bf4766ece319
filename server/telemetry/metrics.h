// server/telemetry/metrics.h
//
// Room: server/telemetry. What Sluice counts about itself. Names start with `sluice_`; prometheus-cpp is included in
// this room's .cc files only. Tenants are labels, and strangers may invent tenants, so only the first tenants_max of
// them get their own; the others share `{other}`, which no tenant can be called.
//
// Thread safety: any thread; a few hundred nanoseconds per event.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/observer.h"
#include "server/tenant/gate.h"

namespace sluice::server {

// One push that was decoded: what became of its samples.
struct PushOutcome {
  std::string_view tenant;
  std::uint64_t samples = 0, histograms = 0, exemplars = 0;  // stored
  std::uint64_t duplicates = 0, new_series = 0;
  std::uint64_t body_bytes = 0;
  std::vector<std::pair<std::string_view, std::uint64_t>> refused;  // by reason; reasons are a fixed set
};

struct QueryOutcome {
  std::string_view tenant, endpoint;
  int status = 0;
  double seconds = 0;
  std::uint64_t samples_read = 0;
};

class Metrics final : public HttpObserver, public GateObserver {
 public:
  struct Options {
    std::size_t tenants_max = 1000;
    std::string version;
  };
  explicit Metrics(const Options& options);
  ~Metrics() override;

  void pushed(const PushOutcome& outcome);
  void asked(const QueryOutcome& outcome);
  void config_loaded(bool successful, double now_seconds);

  void answered(const Answered& answered) override;
  void connection_opened() override;
  void connection_closed() override;
  void connection_refused() override;
  void handler_threw(std::string_view route, std::string_view what) override;
  void accept_failed(std::string_view what) override;
  void denied(std::string_view tenant, const Denial& denial) override;

  // Read when somebody scrapes; a group is read at once, so that its values fit together.
  struct Reading {
    const char* name;
    const char* help;
    bool is_counter;
    double value;
  };
  void on_scrape(std::function<std::vector<Reading>()> read);

  std::string expose() const;  // the text format

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace sluice::server
