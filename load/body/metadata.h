// load/body/metadata.h
//
// Room: load/body. The request a 1.0 sender makes once a minute: metadata only, no series.
#pragma once

#include <string>

#include "load/mesh/families.h"

namespace sluice::load {

std::string metadata_request_v1(const Families& families);  // compressed

}  // namespace sluice::load
