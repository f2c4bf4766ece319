#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include "server/config/config.h"
#include "server/config/sections.h"
#include "server/config/units.h"

namespace sluice::server {
namespace {

constexpr std::size_t kFileBytesMax = 16u << 20;

Result<std::string> read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Errc::invalid_argument, file + ": cannot be opened");
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof()) return fail(Errc::invalid_argument, file + ": cannot be read");
  if (text.size() > kFileBytesMax) return fail(Errc::invalid_argument, file + ": larger than 16 MiB");
  return text;
}

void apply(const Overrides& overrides, Config& config, Complaints& complaints) {
  if (!overrides.data_dir.empty()) config.storage.data_dir = overrides.data_dir;
  if (overrides.listen.empty()) return;
  const auto address = parse_address(overrides.listen);
  if (!address) return complaints.add("--listen: " + address.error().detail());
  config.server.host = address->host;
  config.server.port = address->port;
}

// A server that anybody may write to must be wanted, not forgotten.
void check_openness(const Config& config, bool open_by_name, Complaints& complaints) {
  const bool loopback = parse_address(config.server.host + ":0")
                            .map([](const Address& a) { return a.loopback; })
                            .value_or(config.server.host == "::1");
  if (!config.rules.open || open_by_name || loopback) return;
  complaints.add(
      "listening on " + config.server.host +
      " without tokens lets everybody who reaches it write, read and administer; list tokens under auth.tokens, "
      "listen on 127.0.0.1, or ask for it by name in the config file with `auth: {open: true}`");
}

void read_root(const YAML::Node& root, Config& config, bool& open_by_name, Complaints& complaints) {
  Section top(root, "", complaints);
  Section server = top.child("server"), storage = top.child("storage"), query = top.child("query");
  Section telemetry = top.child("telemetry"), limits = top.child("limits");
  Section tenants = top.child("tenants"), auth = top.child("auth");
  read_server(server, config);
  read_storage(storage, config);
  read_query(query, config);
  read_telemetry(telemetry, config);
  read_limits(limits, config.rules.defaults);
  read_tenants(tenants, config.rules);
  read_auth(auth, config.rules, open_by_name);
}

}  // namespace

// Threads after the machine: receiving is light, storing waits for the disk, queries compute.
Config::Config() {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  server.io_threads = std::clamp(cores / 4, 1u, 8u);
  server.ingest_threads = std::clamp(2 * cores, 4u, 32u);
  server.query_threads = std::clamp(cores, 2u, 64u);
  storage.data_dir = "data";
}

Result<Config> parse_config(const std::string& yaml, const std::string& file_name, const Overrides& overrides) {
  Config config;
  Complaints complaints(file_name);
  bool open_by_name = false;
  try {
    read_root(YAML::Load(yaml), config, open_by_name, complaints);
  } catch (const YAML::Exception& error) {
    complaints.add(error.mark, "YAML", error.msg);
  }
  apply(overrides, config, complaints);
  if (complaints.empty()) check_openness(config, open_by_name, complaints);
  if (!complaints.empty()) return fail(Errc::invalid_argument, complaints.text());
  return config;
}

Result<Config> load_config(const std::string& file, const Overrides& overrides) {
  if (file.empty()) return parse_config("", "sluice", overrides);
  return read_file(file).and_then([&](const std::string& yaml) { return parse_config(yaml, file, overrides); });
}

}  // namespace sluice::server
