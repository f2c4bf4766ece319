// server/ingest/verdict.h
//
// Room: server/ingest. From what storage kept of a push to what its sender is told. Pure.
#pragma once

#include "proto/wire/write_batch.h"
#include "server/http/message.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::server {

// 204 when nothing that matters was refused, else 400: a summary line, then an example per line, at most 8 KiB in all.
// What is stored stays stored; only a 400 makes the sender drop the batch instead of sending the rest again.
Response verdict(wire::Protocol protocol, const storage::WriteReport& report);

// Whether a sender of this protocol hears about it. Prometheus answers 204 to 1.0 pushes with nameless or otherwise
// invalid series and with bad exemplars: it drops them. So do we; metrics and the log name them.
bool is_reported(wire::Protocol protocol, storage::Refusal refusal);

}  // namespace sluice::server
