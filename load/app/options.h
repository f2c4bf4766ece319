// load/app/options.h
//
// Room: load/app. The command line, parsed and checked. To hold an Options is to know that its parts fit together.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "load/body/encode.h"
#include "load/mesh/mesh.h"
#include "load/plan/layout.h"
#include "load/send/sender.h"
#include "proto/base/error.h"

namespace sluice::load {

struct Options {
  // What is sent. These, and only these, decide the value of every sample: a ledger's header repeats them.
  MeshSpec mesh;
  std::optional<std::uint64_t> series;          // instead of mesh.size.services
  std::optional<std::int64_t> changes_from_ms;  // rollouts and attack; absent: from the start
  Fleet fleet;
  std::int64_t interval_ms = 15'000;
  std::optional<std::int64_t> start_ms;  // of the grid; absent: now, or now less the back-fill
  std::vector<std::string> tenants;      // empty: one without X-Scope-OrgID
  std::size_t tenant_count = 1;          // more: the tenant's name with -1, -2, ... behind it
  bool stamps = false;                   // rounds carry the wall clock and not the grid

  // How it is sent.
  std::string url = "http://127.0.0.1:9009/api/v1/push";
  Protocol protocol = Protocol::remote_write_1;
  std::string token;
  bool bearer = false;
  std::string query_url;  // empty: the host of `url`
  bool audit = false, audit_only = false;
  std::string ledger;  // file; empty: memory only
  std::string serve;   // host:port; set: serves the mesh to scrapers instead of sending it
  bool print_scrape_config = false;
  Pace pace;
  std::int64_t backfill_ms = 0;
  std::int64_t duration_ms = 0;  // 0: until the range is sent, or until interrupted
  std::optional<std::uint64_t> rounds_max;

  // What is shown.
  bool json = false, quiet = false, help = false;

  // Values that depend on the clock and on each other; `now_ms` becomes the start where none was given.
  void settle(std::int64_t now_ms);
  std::vector<std::string> tenant_names() const;
  std::string authorization() const;  // value of the header, "" without a token
  Url query_base() const;
  Timebase timebase() const;
};

// `arguments` without the program's name. Accepts --name value and --name=value.
Result<Options> parse_options(std::span<const std::string> arguments);
std::string help_text();
// The options that decide what is sent, as arguments: one a line.
std::string plan_arguments(const Options& options);
Result<std::int64_t> parse_duration_ms(const std::string& text);  // 500ms, 15s, 5m, 2h, 1d

}  // namespace sluice::load
