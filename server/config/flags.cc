#include "server/config/flags.h"

#include <string_view>

namespace sluice::server {

const char* const kUsage =
    "usage: sluice [--config FILE] [--listen HOST:PORT] [--data-dir DIR] [--check-config] [--version]\n"
    "\n"
    "  --config FILE       YAML; see docs/operations/configuration.md. Without it: open mode on 127.0.0.1:9009\n"
    "  --listen HOST:PORT  wins over server.listen of the file\n"
    "  --data-dir DIR      wins over storage.data_dir of the file\n"
    "  --check-config      says whether the file is good, and exits\n"
    "  --version           prints the version, and exits\n"
    "\n"
    "SIGHUP reads tenants, tokens and limits again; SIGTERM drains, flushes and exits.\n";

namespace {

// "--name value" or "--name=value". False: `argument` is not this flag.
Result<bool> take_value(std::string_view name, std::span<const char* const>& rest, std::string& value) {
  const std::string_view argument = rest.front();
  if (argument.starts_with(name) && argument.substr(name.size()).starts_with('=')) {
    value = argument.substr(name.size() + 1);
  } else if (argument == name && rest.size() > 1) {
    rest = rest.subspan(1);
    value = rest.front();
  } else if (argument == name) {
    return fail(Errc::invalid_argument, std::string(name) + " wants a value");
  } else {
    return false;
  }
  rest = rest.subspan(1);
  if (value.empty()) return fail(Errc::invalid_argument, std::string(name) + " wants a value");
  return true;
}

bool take_switch(std::string_view name, std::span<const char* const>& rest, bool& value) {
  if (rest.front() != name) return false;
  rest = rest.subspan(1);
  value = true;
  return true;
}

}  // namespace

Result<Flags> parse_flags(std::span<const char* const> arguments) {
  Flags flags;
  const std::pair<std::string_view, std::string*> values[] = {
      {"--config", &flags.config}, {"--listen", &flags.overrides.listen}, {"--data-dir", &flags.overrides.data_dir}};
  const std::pair<std::string_view, bool*> switches[] = {
      {"--check-config", &flags.check_config}, {"--version", &flags.version}, {"--help", &flags.help}};
  while (!arguments.empty()) {
    bool taken = false;
    for (const auto& [name, value] : values) {
      if (taken) break;
      const auto outcome = take_value(name, arguments, *value);
      if (!outcome) return tl::unexpected<Error>(outcome.error());
      taken = *outcome;
    }
    for (const auto& [name, value] : switches) taken = taken || take_switch(name, arguments, *value);
    if (!taken) return fail(Errc::invalid_argument, "unknown argument '" + std::string(arguments.front()) + "'");
  }
  return flags;
}

}  // namespace sluice::server
