// load/mesh/party.h
//
// Room: load/mesh. The labels that tell who called whom.
#pragma once

#include <string_view>
#include <vector>

#include "load/mesh/topology.h"
#include "proto/model/labels.h"

namespace sluice::load {

// `side` is "source" or "destination": eight labels that begin with it.
void append_party(std::string_view side, const Workload& workload, std::uint64_t release, std::vector<Label>& labels);
void append_unknown_party(std::string_view side, std::string_view revision, std::vector<Label>& labels);

void append_destination_service(const Workload& workload, std::vector<Label>& labels);  // by its name in the cluster

}  // namespace sluice::load
