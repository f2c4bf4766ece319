// load/app/serve_session.h
//
// Room: load/app. Serving the mesh to a real agent instead of sending it.
#pragma once

#include "load/app/options.h"

namespace sluice::load {

Result<int> run_serve(Options options);  // until interrupted, or for --duration
std::string scrape_config(const Options& options);

}  // namespace sluice::load
