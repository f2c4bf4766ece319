// server/config/flags.h
//
// Room: server/config. The command line.
#pragma once

#include <span>
#include <string>

#include "server/config/config.h"

namespace sluice::server {

struct Flags {
  std::string config;  // "": none, open mode on loopback
  Overrides overrides;
  bool check_config = false, version = false, help = false;
};

Result<Flags> parse_flags(std::span<const char* const> arguments);  // without the program's name
extern const char* const kUsage;

}  // namespace sluice::server
