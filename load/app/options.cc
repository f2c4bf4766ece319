#include "load/app/options.h"

#include <array>
#include <charconv>

#include "load/app/option_table.h"

namespace sluice::load {
namespace {

const Option* find_option(std::string_view name) {
  for (const Option& option : option_table())
    if (option.name == name) return &option;
  return nullptr;
}

Result<void> check(const Options& options) {
  if (const auto url = Url::parse(options.url); !url) return tl::unexpected(url.error());
  if (const auto url = Url::parse(options.query_url); !options.query_url.empty() && !url)
    return tl::unexpected(url.error());
  if (const auto serve = Url::parse(options.serve); !options.serve.empty() && !serve)
    return tl::unexpected(serve.error());
  if (options.print_scrape_config && options.serve.empty())
    return fail(Errc::invalid_argument, "--print-scrape-config needs --serve HOST:PORT: where the targets will be");
  if (options.audit_only && options.ledger.empty())
    return fail(Errc::invalid_argument, "--audit-only needs --ledger FILE: only a ledger knows what was acknowledged");
  if (options.mesh.rollouts.new_versions && options.mesh.rollouts.every_ms == 0)
    return fail(Errc::invalid_argument, "--new-versions needs --rollout TIME: how often a workload is rolled out");
  if (options.interval_ms < 10) return fail(Errc::invalid_argument, "--interval must be at least 10ms");
  if (options.tenants.size() > 1 && options.tenant_count > 1)
    return fail(Errc::invalid_argument,
                "--tenants N numbers the name of one --tenant; give one name or leave out --tenants");
  if (options.backfill_ms > 0 && options.stamps)
    return fail(Errc::invalid_argument, "--backfill sends scrapes of the grid");
  return {};
}

}  // namespace

Result<std::int64_t> parse_duration_ms(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  for (const auto& [name, ms] : kUnits)
    if (parsed.ec == std::errc() && unit == name && value >= 0 && value * ms < 4e11)
      return static_cast<std::int64_t>(value * ms);
  return fail(Errc::invalid_argument, "expects a time such as 500ms, 15s, 5m, 2h or 1d");
}

Result<Options> parse_options(std::span<const std::string> arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const bool named = argument.starts_with("--");
    const Option* option = named ? find_option(std::string_view(argument).substr(0, equals).substr(2)) : nullptr;
    if (!option) return fail(Errc::invalid_argument, "unknown option " + argument + "; --help lists them");
    std::string value;
    if (option->value.empty() && equals != std::string::npos)
      return fail(Errc::invalid_argument, "--" + std::string(option->name) + " takes no value");
    if (!option->value.empty()) {
      if (equals == std::string::npos && i + 1 == arguments.size())
        return fail(Errc::invalid_argument, argument + " needs a value: " + std::string(option->value));
      value = equals != std::string::npos ? argument.substr(equals + 1) : arguments[++i];
    }
    if (const auto stored = option->store(value, options); !stored)
      return fail(stored.error().code(),
                  "--" + std::string(option->name) + " " + value + ": " + stored.error().detail());
  }
  if (options.pace.kind != Pace::Kind::real_time && options.backfill_ms == 0 && !options.start_ms)
    options.stamps = true;
  options.fleet.flush_after_deadline = options.pace.kind == Pace::Kind::real_time;
  if (const auto checked = check(options); !checked) return tl::unexpected(checked.error());
  return options;
}

void Options::settle(std::int64_t now_ms) {
  if (!start_ms) start_ms = now_ms - backfill_ms;
  if (!changes_from_ms) changes_from_ms = start_ms;
  mesh.rollouts.since_ms = *changes_from_ms + mesh.rollouts.every_ms;  // first a while without
  mesh.attack.since_ms = *changes_from_ms;
  if (series) mesh = Mesh::spec_for_series(mesh, *series);
  series.reset();
}

std::vector<std::string> Options::tenant_names() const {
  if (tenant_count <= 1) return tenants.empty() ? std::vector<std::string>{""} : tenants;
  std::vector<std::string> names;
  const std::string stem = tenants.empty() ? "tenant" : tenants.front();
  for (std::size_t i = 1; i <= tenant_count; ++i) names.push_back(stem + "-" + std::to_string(i));
  return names;
}

std::string Options::authorization() const {
  if (token.empty()) return "";
  return bearer ? "Bearer " + token : "Basic " + base64(":" + token);
}

Url Options::query_base() const {
  Url base = *Url::parse(query_url.empty() ? url : query_url);  // checked when they were parsed
  if (query_url.empty()) base.path.clear();
  return base;
}

Timebase Options::timebase() const {
  return stamps ? Timebase::stamps(mesh.size.seed) : Timebase::grid(*start_ms, interval_ms, mesh.size.seed);
}

std::string plan_arguments(const Options& o) {
  std::string text;
  const auto add = [&](const char* name, const std::string& value) {
    text += "--" + std::string(name) + "=" + value + "\n";
  };
  add("services", std::to_string(o.mesh.size.services));
  add("pods", std::to_string(o.mesh.size.pods));
  add("callers", std::to_string(o.mesh.size.callers));
  add("seed", std::to_string(o.mesh.size.seed));
  for (const std::string& name_space : o.mesh.ambient) add("ambient", name_space);
  add("churn", std::to_string(o.mesh.rates.replaced_per_minute));
  add("restarts", std::to_string(o.mesh.rates.restarted_per_minute));
  if (o.mesh.rollouts.every_ms > 0) {
    add("rollout", std::to_string(o.mesh.rollouts.every_ms) + "ms");
    if (o.mesh.rollouts.new_versions) text += "--new-versions\n";
  }
  if (o.mesh.attack.ever()) {
    add("attack", std::to_string(o.mesh.attack.every_ms) + "ms");
    add("attack-hosts", std::to_string(o.mesh.attack.host_count));
  }
  add("changes-from", std::to_string(*o.changes_from_ms));
  add("le", o.mesh.le == LeSpelling::go2 ? "go2" : "go3");
  for (const Label& label : o.mesh.external_labels) add("external-label", label.name + "=" + label.value);
  add("agents", std::to_string(o.fleet.agents));
  add("shards", std::to_string(o.fleet.shards));
  add("samples-per-request", std::to_string(o.fleet.samples_per_request));
  add("interval", std::to_string(o.interval_ms) + "ms");
  if (!o.stamps) add("start-ms", std::to_string(*o.start_ms));
  for (const std::string& tenant : o.tenants) add("tenant", tenant);
  add("tenants", std::to_string(o.tenant_count));
  if (o.fleet.flush_after_deadline) text += "--realtime\n";  // it decides where batches end
  return text;
}

std::string help_text() {
  std::string text =
      "sluice-load pushes the metrics of a simulated Istio mesh by Prometheus remote write.\n"
      "\n"
      "  sluice-load --series 100000 --duration 30s               how fast is this receiver?\n"
      "  sluice-load --backfill 2h --realtime --tenant demo       two hours of history, then live\n"
      "  sluice-load --rate 50000 --churn 6 --tenants 10          ten tenants whose pods come and go\n"
      "  sluice-load --rollout 2m --new-versions --realtime       versions are rolled out, one workload after another\n"
      "  sluice-load --ambient shop --ambient data --realtime     two namespaces have waypoints instead of sidecars\n"
      "  sluice-load --attack 100ms --rate 50000                  a scanner makes series: does the limit hold?\n"
      "  sluice-load --duration 1m --audit                        and is every acknowledged sample there?\n";
  std::string_view group;
  for (const Option& option : option_table()) {
    if (option.group != group) text += "\n" + std::string(option.group) + "\n";
    group = option.group;
    std::string left =
        "  --" + std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
    left.resize(std::max<std::size_t>(left.size() + 2, 32), ' ');
    text += left + std::string(option.help) + "\n";
  }
  return text;
}

}  // namespace sluice::load
