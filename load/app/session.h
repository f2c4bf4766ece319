// load/app/session.h
//
// Room: load/app. One run from start to summary: builds the parts, sends until told to stop, reports.
#pragma once

#include "load/app/options.h"

namespace sluice::load {

// Returns the process's exit status: 0 when everything sent was acknowledged and, if asked for, the audit found nothing
// wrong; 1 otherwise.
Result<int> run_session(Options options);

// Sends nothing: audits what the ledger of an earlier run says. Its mesh comes from the ledger, the receiver from
// `options`.
Result<int> run_audit_only(const Options& options);

}  // namespace sluice::load
