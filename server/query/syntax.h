// server/query/syntax.h
//
// Room: server/query. /format_query and /parse_query: the language without data.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_format_query(const Call& call);
Answer answer_parse_query(const Call& call);

}  // namespace sluice::server::query
