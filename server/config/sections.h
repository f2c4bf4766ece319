// server/config/sections.h
//
// Room: server/config. The sections of the file, each read into what the rooms below take.
#pragma once

#include "server/config/config.h"
#include "server/config/section.h"

namespace sluice::server {

void read_server(Section& section, Config& config);
void read_storage(Section& section, Config& config);
void read_query(Section& section, Config& config);
void read_telemetry(Section& section, Config& config);
void read_limits(Section& section, TenantLimits& limits);

// `tenants:` first, because tokens may only name tenants that are declared. `open_by_name`: the file says `open: true`.
void read_tenants(Section& section, TenantRules& rules);
void read_auth(Section& section, TenantRules& rules, bool& open_by_name);

}  // namespace sluice::server
