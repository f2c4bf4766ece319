// load/serve/agent_config.h
//
// Room: load/serve. A configuration with which a real Prometheus scrapes the served mesh and pushes it.
#pragma once

#include <string>
#include <vector>

#include "proto/model/labels.h"

namespace sluice::load {

struct AgentConfig {
  std::string served_at;  // host:port
  std::string push_url;
  std::string tenant, token;  // empty: not sent
  bool bearer = false;
  std::int64_t interval_ms = 15'000;
  std::vector<Label> external_labels;
};

std::string agent_config_yaml(const AgentConfig& config);

}  // namespace sluice::load
