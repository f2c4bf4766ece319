// server/query/series.h
//
// Room: server/query. /labels, /label/<name>/values and /series: what exists, not what was measured.
#pragma once

#include "server/query/endpoint.h"

namespace sluice::server::query {

Answer answer_labels(const Call& call);
Answer answer_label_values(const Call& call);
Answer answer_series(const Call& call);

}  // namespace sluice::server::query
