// server/config/reloader.h
//
// Room: server/config. SIGHUP: reads the file again. A bad file changes nothing; a good one replaces tenants, tokens
// and limits whole. What only takes effect at start is named when it differs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/config/config.h"

namespace sluice::server {

class Reloader {
 public:
  // `apply` puts the rules into force. `running`: what the process was started with.
  Reloader(std::string file, Overrides overrides, const Config& running, std::function<void(const TenantRules&)> apply);

  struct Outcome {
    std::vector<std::string> needs_restart;  // sections that differ from the running ones
    std::size_t token_count = 0, tenant_count = 0;
  };
  Result<Outcome> reload() const;  // Errors: what is wrong with the file, a line each; the old rules stay

 private:
  const std::string file_;
  const Overrides overrides_;
  const Config running_;
  const std::function<void(const TenantRules&)> apply_;
};

}  // namespace sluice::server
