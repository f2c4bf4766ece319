// load/app/session.h
//
// Room: load/app. One run from start to summary: builds the parts, sends until told to stop, reports.
#pragma once

#include "load/app/options.h"

namespace sluice::load {

// Returns the process's exit status: 0 when everything sent was acknowledged, 1 otherwise.
Result<int> run_session(Options options);

}  // namespace sluice::load
