// server/query/metadata.h
//
// Room: server/query. /metadata: type, help and unit of metrics, as the senders told them.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_metadata(const Call& call);

}  // namespace sluice::server::query
