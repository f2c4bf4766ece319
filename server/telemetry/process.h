// server/telemetry/process.h
//
// Room: server/telemetry. What the kernel says about this process.
#pragma once

#include <vector>

#include "server/telemetry/metrics.h"

namespace sluice::server {

std::vector<Metrics::Reading> process_readings();

}  // namespace sluice::server
