// server/query/rules.h
//
// Room: server/query. /rules and /alerts. There is no ruler in this server: the lists are empty, and that is the truth;
// parameters are checked all the same, so that a client's mistake is not hidden by it.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_rules(const Call& call);
Answer answer_alerts(const Call& call);

}  // namespace sluice::server::query
