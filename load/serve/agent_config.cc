#include "load/serve/agent_config.h"

namespace sluice::load {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string agent_config_yaml(const AgentConfig& config) {
  std::string yaml = "# prometheus --enable-feature=agent --config.file=THIS --storage.agent.path=FOLDER\n";
  yaml += "global:\n  scrape_interval: " + std::to_string(config.interval_ms) + "ms\n";
  if (!config.external_labels.empty()) yaml += "  external_labels:\n";
  for (const Label& label : config.external_labels) yaml += "    " + label.name + ": " + quoted(label.value) + "\n";
  yaml += "scrape_configs:\n  - job_name: mesh\n    honor_labels: true\n    http_sd_configs:\n      - url: http://" +
          config.served_at + "/http_sd\n        refresh_interval: 15s\n";
  yaml += "remote_write:\n  - url: " + config.push_url + "\n";
  if (!config.tenant.empty()) yaml += "    headers: {X-Scope-OrgID: " + quoted(config.tenant) + "}\n";
  if (!config.token.empty() && config.bearer)
    yaml += "    authorization: {type: Bearer, credentials: " + quoted(config.token) + "}\n";
  if (!config.token.empty() && !config.bearer) yaml += "    basic_auth: {password: " + quoted(config.token) + "}\n";
  return yaml;
}

}  // namespace sluice::load
