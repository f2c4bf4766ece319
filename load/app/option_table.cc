#include "load/app/option_table.h"

#include <charconv>

namespace sluice::load {
namespace {

constexpr std::string_view kMesh = "The mesh", kSenders = "Senders", kPace = "Pace", kReceiver = "Receiver",
                           kAudit = "Audit", kServe = "Scrape targets", kOutput = "Output";

template <class Number>
Result<Number> number(const std::string& text, Number min, Number max) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || !(value >= min && value <= max))
    return fail(Errc::invalid_argument, "expects a number from " + std::to_string(min) + " to " + std::to_string(max));
  return value;
}

// An option that stores a number of the field's own type.
template <class Field>
auto stores_number(Field field, auto min, auto max) {
  return [=](const std::string& text, Options& options) -> Result<void> {
    using Number = std::remove_cvref_t<decltype(field(options))>;
    const auto value = number<Number>(text, static_cast<Number>(min), static_cast<Number>(max));
    if (!value) return tl::unexpected(value.error());
    field(options) = *value;
    return {};
  };
}

template <class Field>
auto stores_duration(Field field) {
  return [=](const std::string& text, Options& options) -> Result<void> {
    const auto value = parse_duration_ms(text);
    if (!value) return tl::unexpected(value.error());
    field(options) = *value;
    return {};
  };
}

template <class Action>
auto does(Action action) {
  return [=](const std::string& text, Options& options) -> Result<void> {
    action(text, options);
    return {};
  };
}

template <class Value>
auto chooses(std::vector<std::pair<std::string, Value>> choices, auto field) {
  return [=](const std::string& text, Options& options) -> Result<void> {
    std::string known;
    for (const auto& [name, value] : choices) {
      if (name == text) {
        field(options) = value;
        return {};
      }
      known += (known.empty() ? "" : " or ") + name;
    }
    return fail(Errc::invalid_argument, "expects " + known);
  };
}

Result<void> store_ambient(const std::string& text, Options& options) {
  std::string known;
  for (const std::string& name : workload_namespaces()) {
    if (name == text) {
      options.mesh.ambient.push_back(text);
      return {};
    }
    known += (known.empty() ? "" : " or ") + name;
  }
  return fail(Errc::invalid_argument, "expects " + known);
}

Result<void> store_external_label(const std::string& text, Options& options) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
    return fail(Errc::invalid_argument, "expects NAME=VALUE");
  options.mesh.external_labels.push_back({text.substr(0, equals), text.substr(equals + 1)});
  return {};
}

void append_mesh_options(std::vector<Option>& table) {
  table.push_back({kMesh, "series", "N", "about this many series, by more or fewer services; 3,000 at the least",
                   [](const std::string& text, Options& options) -> Result<void> {
                     const auto value = number<std::uint64_t>(text, 1, 40'000'000);
                     if (!value) return tl::unexpected(value.error());
                     options.series = *value;
                     return {};
                   }});
  table.push_back({kMesh, "services", "N", "services beside bookinfo, web-app and the gateway (default 20)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.size.services; }, 0, 20'000)});
  table.push_back({kMesh, "pods", "N", "pods of each workload (default 3)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.size.pods; }, 1, 1'000)});
  table.push_back({kMesh, "callers", "N", "workloads that call each further service (default 3)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.size.callers; }, 1, 7)});
  table.push_back({kMesh, "ambient", "NAMESPACE",
                   "pods there have no sidecars: ztunnels and a waypoint report for them; may be repeated",
                   store_ambient});
  table.push_back({kMesh, "seed", "N", "another seed is another mesh with other values (default 1)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.size.seed; }, 0, 1'000'000'000)});
  table.push_back({kMesh, "churn", "N", "pods replaced a minute: new series, stale markers for the old (default 0)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.rates.replaced_per_minute; }, 0, 100'000)});
  table.push_back({kMesh, "restarts", "N", "pods restarted in place a minute: counters begin at zero (default 0)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.rates.restarted_per_minute; }, 0, 100'000)});
  table.push_back({kMesh, "rollout", "TIME",
                   "every TIME another workload has its pods replaced, one by one (default: never)",
                   stores_duration([](Options & o) -> auto& { return o.mesh.rollouts.every_ms; })});
  table.push_back({kMesh, "new-versions", "",
                   "each rollout is a new version: new series also in all pods that it talks to",
                   does([](const std::string&, Options& o) { o.mesh.rollouts.new_versions = true; })});
  table.push_back({kMesh, "attack", "TIME",
                   "every TIME a scanner invents a Host header at one gateway pod: 67 new series (default: never)",
                   stores_duration([](Options & o) -> auto& { return o.mesh.attack.every_ms; })});
  table.push_back({kMesh, "attack-hosts", "N", "then the scanner has run out of them (default 1000)",
                   stores_number(
                       [](Options & o) -> auto& { return o.mesh.attack.host_count; }, 1, 20'000)});
  table.push_back({kMesh, "changes-from", "MS",
                   "when rollouts and attack begin, in milliseconds since 1970 (default: the start)",
                   [](const std::string& text, Options& options) -> Result<void> {
                     const auto value = number<std::int64_t>(text, kTimestampMsMin, kTimestampMsMax);
                     if (!value) return tl::unexpected(value.error());
                     options.changes_from_ms = *value;
                     return {};
                   }});
  table.push_back(
      {kMesh, "le", "go2|go3", "how bucket bounds are spelled: 1 and 3600000, or 1.0 and 3.6e+06 (default go2)",
       chooses<LeSpelling>(
           {{"go2", LeSpelling::go2}, {"go3", LeSpelling::go3}}, [](Options & o) -> auto& { return o.mesh.le; })});
  table.push_back({kMesh, "external-label", "NAME=VALUE",
                   "a label that the agents add to every series; may be repeated", store_external_label});
}

void append_sender_options(std::vector<Option>& table) {
  table.push_back({kSenders, "agents", "N", "agents of each tenant (default 2)",
                   stores_number(
                       [](Options & o) -> auto& { return o.fleet.agents; }, 1, 1'000)});
  table.push_back({kSenders, "shards", "N", "connections of each agent; series are dealt to them (default 4)",
                   stores_number(
                       [](Options & o) -> auto& { return o.fleet.shards; }, 1, 200)});
  table.push_back({kSenders, "samples-per-request", "N", "Prometheus 2.x sends 500, 3.x and Alloy 2000 (default 2000)",
                   stores_number(
                       [](Options & o) -> auto& { return o.fleet.samples_per_request; }, 1, 20'000)});
  table.push_back({kSenders, "protocol", "1|2", "remote write 1.0 or 2.0 (default 1)",
                   chooses<Protocol>(
                       {{"1", Protocol::remote_write_1}, {"2", Protocol::remote_write_2}},
                       [](Options & o) -> auto& { return o.protocol; })});
  table.push_back({kSenders, "tenant", "NAME", "X-Scope-OrgID; may be repeated (default: the header is not sent)",
                   does([](const std::string& text, Options& o) { o.tenants.push_back(text); })});
  table.push_back({kSenders, "tenants", "N", "this many tenants: NAME-1 to NAME-N, each with a mesh of its own values",
                   stores_number(
                       [](Options & o) -> auto& { return o.tenant_count; }, 1, 10'000)});
}

void append_pace_options(std::vector<Option>& table) {
  table.push_back({kPace, "flat-out", "", "as fast as it is taken, stamped with the wall clock (the default)",
                   does([](const std::string&, Options& o) { o.pace.kind = Pace::Kind::flat_out; })});
  table.push_back({kPace, "rate", "N", "this many samples a second, stamped with the wall clock",
                   [](const std::string& text, Options& o) -> Result<void> {
                     const auto value = number<double>(text, 0.001, 1e9);
                     if (!value) return tl::unexpected(value.error());
                     o.pace = {Pace::Kind::fixed_rate, *value};
                     return {};
                   }});
  table.push_back({kPace, "realtime", "", "scrapes on the interval's grid, sent as they happen",
                   does([](const std::string&, Options& o) { o.pace.kind = Pace::Kind::real_time; })});
  table.push_back({kPace, "interval", "TIME", "between two scrapes of a target, on the grid (default 15s)",
                   stores_duration([](Options & o) -> auto& { return o.interval_ms; })});
  table.push_back({kPace, "backfill", "TIME", "first sends the past: scrapes from now less TIME to now, on the grid",
                   stores_duration([](Options & o) -> auto& { return o.backfill_ms; })});
  table.push_back({kPace, "duration", "TIME", "stops after this long (default: until Ctrl-C, or the range is sent)",
                   stores_duration([](Options & o) -> auto& { return o.duration_ms; })});
  table.push_back({kPace, "rounds", "N", "stops after every target was scraped N times",
                   [](const std::string& text, Options& o) -> Result<void> {
                     const auto value = number<std::uint64_t>(text, 1, std::uint64_t{1} << 40);
                     if (!value) return tl::unexpected(value.error());
                     o.rounds_max = *value;
                     return {};
                   }});
  table.push_back({kPace, "start-ms", "MS",
                   "the grid's first scrape, in milliseconds since 1970 (default: see --backfill)",
                   [](const std::string& text, Options& o) -> Result<void> {
                     const auto value = number<std::int64_t>(text, kTimestampMsMin, kTimestampMsMax);
                     if (!value) return tl::unexpected(value.error());
                     o.start_ms = *value;
                     return {};
                   }});
}

void append_receiver_options(std::vector<Option>& table) {
  table.push_back({kReceiver, "url", "URL", "where to push (default http://127.0.0.1:9009/api/v1/push)",
                   does([](const std::string& text, Options& o) { o.url = text; })});
  table.push_back({kReceiver, "token", "TOKEN", "sent as the password of Basic with an empty user name",
                   does([](const std::string& text, Options& o) { o.token = text; })});
  table.push_back({kReceiver, "bearer", "", "sends the token as Bearer instead",
                   does([](const std::string&, Options& o) { o.bearer = true; })});
}

void append_audit_options(std::vector<Option>& table) {
  table.push_back({kAudit, "audit", "", "afterwards asks for every sample: lost or invented ones end with status 1",
                   does([](const std::string&, Options& o) { o.audit = true; })});
  table.push_back({kAudit, "ledger", "FILE", "writes what was acknowledged to a new file, as it is acknowledged",
                   does([](const std::string& text, Options& o) { o.ledger = text; })});
  table.push_back({kAudit, "audit-only", "", "sends nothing: audits what an earlier run's --ledger FILE says",
                   does([](const std::string&, Options& o) { o.audit_only = true; })});
  table.push_back({kAudit, "query-url", "URL", "base of the query API, without /api/v1 (default: the host of --url)",
                   does([](const std::string& text, Options& o) { o.query_url = text; })});
}

void append_serve_options(std::vector<Option>& table) {
  table.push_back({kServe, "serve", "HOST:PORT",
                   "sends nothing: serves the mesh as scrape targets, for a real agent to push",
                   does([](const std::string& text, Options& o) { o.serve = text; })});
  table.push_back({kServe, "print-scrape-config", "", "prints the Prometheus agent's configuration for that, and exits",
                   does([](const std::string&, Options& o) { o.print_scrape_config = true; })});
}

void append_output_options(std::vector<Option>& table) {
  table.push_back({kOutput, "json", "", "prints the summary as one JSON object on stdout",
                   does([](const std::string&, Options& o) { o.json = true; })});
  table.push_back({kOutput, "quiet", "", "no live line", does([](const std::string&, Options& o) { o.quiet = true; })});
  table.push_back({kOutput, "help", "", "this text", does([](const std::string&, Options& o) { o.help = true; })});
}

}  // namespace

const std::vector<Option>& option_table() {
  static const std::vector<Option> table = [] {
    std::vector<Option> t;
    append_mesh_options(t);
    append_sender_options(t);
    append_pace_options(t);
    append_receiver_options(t);
    append_audit_options(t);
    append_serve_options(t);
    append_output_options(t);
    return t;
  }();
  return table;
}

}  // namespace sluice::load
