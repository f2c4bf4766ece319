#include "load/app/serve_session.h"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>

#include "load/app/report.h"
#include "load/serve/agent_config.h"
#include "load/serve/scrape_server.h"

namespace sluice::load {
namespace net = boost::asio;

Result<int> run_serve(Options options) {
  const SystemClock clock;
  options.settle(clock.now_ms());
  const Url where = *Url::parse(options.serve);  // checked when the options were parsed
  const Mesh mesh(options.mesh);
  const Exposition exposition(mesh);
  net::io_context io(1);
  ScrapeServer server(io, exposition, tenant_key(options.tenant_names().front()), clock);
  if (const auto listening = server.listen(where.host, where.port); !listening)
    return tl::unexpected(listening.error());
  std::fprintf(stderr, "%s series on %zu pages at http://%s/t/0 ...; targets at http://%s/http_sd\n",
               grouped(mesh.series_count(clock.now_ms())).c_str(), exposition.page_count(), server.address().c_str(),
               server.address().c_str());

  net::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  net::steady_timer timer(io);
  if (options.duration_ms > 0) {
    timer.expires_after(std::chrono::milliseconds(options.duration_ms));
    timer.async_wait([&](boost::system::error_code) { io.stop(); });
  }
  io.run();
  std::fprintf(stderr, "%s pages served\n", grouped(server.pages_served()).c_str());
  return 0;
}

std::string scrape_config(const Options& options) {
  AgentConfig config;
  config.served_at = options.serve;
  config.push_url = options.url;
  config.tenant = options.tenant_names().front();
  config.token = options.token;
  config.bearer = options.bearer;
  config.interval_ms = options.interval_ms;
  config.external_labels = options.mesh.external_labels;
  return agent_config_yaml(config);
}

}  // namespace sluice::load
