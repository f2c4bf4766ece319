#include "load/app/session.h"

#include <unistd.h>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <cstdio>
#include <sstream>

#include "load/app/report.h"
#include "load/audit/auditor.h"

namespace sluice::load {
namespace net = boost::asio;
namespace {

constexpr std::chrono::milliseconds kTick{20};
constexpr std::int64_t kGraceMs = 15'000;  // after the end, for attempts under way

SendOptions send_options(const Options& options, std::int64_t now_ms) {
  SendOptions send;
  send.url = *Url::parse(options.url);  // checked when the options were parsed
  send.protocol = options.protocol;
  send.tenants = options.tenant_names();
  send.authorization = options.authorization();
  send.pace = options.pace;
  send.rounds_max = options.rounds_max;
  if (!options.stamps && options.pace.kind != Pace::Kind::real_time) send.until_ms = now_ms;
  return send;
}

Result<Findings> audit(const AuditSubject& subject, const Options& options) {
  const auto show = [&](std::size_t done, std::size_t all, const Findings& findings) {
    if (options.quiet || !isatty(STDERR_FILENO)) return;
    std::fprintf(stderr, "\raudit: %zu of %zu questions, %s samples found\033[K", done, all,
                 grouped(findings.found).c_str());
    if (done == all) std::fputc('\n', stderr);
  };
  AuditOptions audit_options;
  audit_options.base = options.query_base();
  audit_options.authorization = options.authorization();
  return Auditor(subject, audit_options, show).run();
}

// Everything a run needs, built in the order of its dependencies.
class Session {
 public:
  explicit Session(Options options)
      : options_(std::move(options)),
        send_options_(send_options(options_, clock_.now_ms())),
        mesh_(options_.mesh),
        timebase_(options_.timebase()),
        layout_(make_layout(mesh_, timebase_, options_.fleet)),
        ledger_(send_options_.tenants.size(), layout_.batches.size()),
        bodies_(mesh_, timebase_, layout_, options_.fleet, options_.protocol),
        sender_(io_, mesh_, layout_, timebase_, bodies_, ledger_, stats_, clock_, send_options_),
        signals_(io_, SIGINT, SIGTERM),
        tick_(io_) {}

  Result<int> run() {
    if (!options_.ledger.empty())
      if (const auto opened = ledger_.open_file(options_.ledger, plan_arguments(options_)); !opened)
        return tl::unexpected(opened.error());
    announce();
    prepare_bodies();
    started_ms_ = clock_.now_ms();
    cpu_before_s_ = process_cpu_s();
    signals_.async_wait([this](boost::system::error_code error, int) {
      if (!error) on_signal();
    });
    sender_.start();
    tick();
    io_.run();
    if (!options_.quiet) live_.end();
    return finish();
  }

 private:
  void announce() const {
    const std::size_t tenants = send_options_.tenants.size();
    const std::string of_each = tenants > 1 ? " for each of " + std::to_string(tenants) + " tenants" : "";
    std::fprintf(stderr, "%s series of %zu targets%s over %zu connections to %s\n",
                 grouped(mesh_.series_count(clock_.now_ms())).c_str(), mesh_.targets().size(), of_each.c_str(),
                 layout_.shards.size() * tenants, options_.url.c_str());
  }

  // Before the clock starts: making bodies is the generator's work, not the receiver's.
  void prepare_bodies() {
    if (!timebase_.is_grid()) ledger_.stamp(0, timebase_.begin_round(clock_.now_ms()));
    for (std::size_t batch = 0; batch < layout_.batches.size(); ++batch) bodies_.prepare(batch, 0);
  }

  void on_signal() {
    if (stop_ms_ == 0)
      stop();
    else
      sender_.give_up();
    signals_.async_wait([this](boost::system::error_code error, int) {
      if (!error) on_signal();
    });
  }

  void stop() {
    stop_ms_ = clock_.now_ms();
    sender_.stop();
  }

  void tick() {
    const std::int64_t now = clock_.now_ms();
    if (sender_.finished()) {
      signals_.cancel();
      return;
    }
    if (options_.duration_ms > 0 && stop_ms_ == 0 && now - started_ms_ >= options_.duration_ms) stop();
    const std::int64_t grace_ms = stats_.requests > 0 ? kGraceMs : 0;  // nobody ever answered: nobody will
    if (stop_ms_ > 0 && now - stop_ms_ > grace_ms) sender_.give_up();
    if (!options_.quiet && now - drawn_ms_ >= 1000) {
      drawn_ms_ = now;
      live_.draw(progress(), stats_);
    }
    tick_.expires_after(kTick);
    tick_.async_wait([this](boost::system::error_code) { tick(); });
  }

  Progress progress() const {
    const std::uint64_t rounds = sender_.rounds_begun();
    const std::int64_t scraped_ms = rounds > 0 ? timebase_.base_ms(rounds - 1) : started_ms_;
    const std::size_t tenants = send_options_.tenants.size();
    return {static_cast<double>(clock_.now_ms() - started_ms_) / 1000,
            process_cpu_s() - cpu_before_s_,
            rounds,
            mesh_.series_count(scraped_ms) * tenants,
            tenants,
            mesh_.rollouts().begun(scraped_ms)};
  }

  Result<int> finish() {
    const Progress at_end = progress();
    std::fputs(summary_text(at_end, stats_).c_str(), stderr);
    bool clean = stats_.samples_refused + stats_.samples_unknown == 0 && stats_.samples_acknowledged > 0;
    std::string audited;
    if (options_.audit) {
      const auto findings =
          audit({mesh_, timebase_, layout_, options_.fleet, ledger_, send_options_.tenants}, options_);
      if (!findings) return tl::unexpected(findings.error());
      std::fputs(audit_text(*findings).c_str(), stderr);
      audited = audit_json(*findings);
      clean = clean && findings->clean();
    }
    if (options_.json) std::fputs(summary_json(at_end, stats_, audited).c_str(), stdout);
    if (ledger_.file_failed())
      return fail(Errc::unavailable, "the ledger could not be written to its end: " + options_.ledger);
    return clean ? 0 : 1;
  }

  const Options options_;
  SystemClock clock_;
  const SendOptions send_options_;
  const Mesh mesh_;
  Timebase timebase_;
  const Layout layout_;
  Ledger ledger_;
  Stats stats_;
  Bodies bodies_;
  net::io_context io_{1};
  Sender sender_;
  net::signal_set signals_;
  net::steady_timer tick_;
  LiveLine live_;
  std::int64_t started_ms_ = 0, stop_ms_ = 0, drawn_ms_ = 0;
  double cpu_before_s_ = 0;
};

}  // namespace

Result<int> run_session(Options options) {
  options.settle(SystemClock().now_ms());
  Session session(std::move(options));
  return session.run();
}

Result<int> run_audit_only(const Options& asked) {
  const auto header = Ledger::read_header(asked.ledger);
  if (!header) return tl::unexpected(header.error());
  std::vector<std::string> arguments;
  std::istringstream lines(*header);
  for (std::string line; std::getline(lines, line);) arguments.push_back(line);
  auto options = parse_options(arguments);
  if (!options) return tl::unexpected(options.error());
  options->settle(0);  // the ledger's options are settled already

  const Mesh mesh(options->mesh);
  Timebase timebase = options->timebase();
  const Layout layout = make_layout(mesh, timebase, options->fleet);
  const std::vector<std::string> tenants = options->tenant_names();
  Ledger ledger(tenants.size(), layout.batches.size());
  if (const auto read = ledger.read_file(asked.ledger, timebase); !read) return tl::unexpected(read.error());
  const auto findings = audit({mesh, timebase, layout, options->fleet, ledger, tenants}, asked);
  if (!findings) return tl::unexpected(findings.error());
  std::fputs(audit_text(*findings).c_str(), stderr);
  if (asked.json) std::fputs((audit_json(*findings) + "\n").c_str(), stdout);
  return findings->clean() ? 0 : 1;
}

}  // namespace sluice::load
