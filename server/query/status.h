// server/query/status.h
//
// Room: server/query. /status/*: what clients ask to find out whom they are talking to.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_buildinfo(const Call& call);
Answer answer_config(const Call& call);
Answer answer_flags(const Call& call);
Answer answer_runtimeinfo(const Call& call);
Answer answer_tsdb(const Call& call);

}  // namespace sluice::server::query
