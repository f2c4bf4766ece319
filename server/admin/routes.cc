#include "server/admin/routes.h"

#include <functional>
#include <memory>

#include "server/http/status.h"

namespace sluice::server {
namespace {

Response plain(int status, std::string text) { return Response(status, std::move(text), "text/plain; charset=utf-8"); }

// Answers anybody, from what is in memory.
class Page final : public Handler {
 public:
  Page(Pool pool, std::function<Response()> answer) : pool_(pool), answer_(std::move(answer)) {}
  Pool pool() const override { return pool_; }
  AdmitDecision admit(const RequestHead&) override { return {}; }
  Response handle(Request&, Admission*) override { return answer_(); }

 private:
  const Pool pool_;
  const std::function<Response()> answer_;
};

// Something slow that an operator asks for. Runs in the query pool: pushes go on meanwhile.
class Operation final : public Handler {
 public:
  Operation(const AdminServices& services, std::string name, std::function<Result<void>()> run)
      : services_(services), name_(std::move(name)), run_(std::move(run)) {}

  Pool pool() const override { return Pool::query; }

  AdmitDecision admit(const RequestHead& head) override {
    AdmitDecision decision;
    const auto admitted = services_.gate.admit_admin(head);
    if (!admitted) decision.refusal = answer(admitted.error());
    return decision;
  }

  Response handle(Request& request, Admission*) override {
    if (request.form().get("wait") != "true")
      return text_answer(400, name_ + " answers when it is done; ask for that with ?wait=true");
    services_.log.info(name_ + " asked for", {{"by", request.head.remote_address}});
    const auto outcome = run_();
    if (!outcome) return text_error(outcome.error());
    return text_answer(200, name_ + " done");
  }

 private:
  const AdminServices services_;
  const std::string name_;
  const std::function<Result<void>()> run_;
};

void add_page(Router& router, std::string path, Pool pool, std::function<Response()> answer) {
  router.add({Method::get, Method::head}, std::move(path), std::make_shared<Page>(pool, std::move(answer)));
}

}  // namespace

void register_admin_routes(Router& router, const AdminServices& services) {
  const auto ready = [&flag = services.ready] {
    if (flag) return plain(200, "Sluice is Ready.\n");
    Response stopping = plain(503, "Service Unavailable");
    stopping.headers.add("X-Prometheus-Stopping", "true");  // the port only opens once storage is ready
    return stopping;
  };
  add_page(router, "/-/healthy", Pool::inline_io, [] { return plain(200, "Sluice is Healthy.\n"); });
  add_page(router, "/-/ready", Pool::inline_io, ready);
  add_page(router, "/ready", Pool::inline_io, ready);
  // Not in the query pool: when slow queries fill it, metrics are what tells.
  add_page(router, "/metrics", Pool::ingest, [&metrics = services.metrics] {
    return Response(200, metrics.expose(), "text/plain; version=0.0.4; charset=utf-8");
  });

  auto& tsdb = services.tsdb;
  const auto flush = std::make_shared<Operation>(services, "flush", [&tsdb] { return tsdb.flush(); });
  const auto compact = std::make_shared<Operation>(services, "compact", [&tsdb] { return tsdb.compact(); });
  router.add({Method::post}, "/admin/flush", flush);
  router.add({Method::post}, "/admin/compact", compact);
}

std::vector<Metrics::Reading> storage_readings(storage::Tsdb& tsdb) {
  const storage::TsdbStats s = tsdb.stats();
  const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
  return {
      {"sluice_storage_tenants", "Tenants with data.", false, count(s.tenants)},
      {"sluice_storage_series", "Series registered.", false, count(s.series)},
      {"sluice_storage_head_bytes", "Memory of recent samples.", false, count(s.head_bytes)},
      {"sluice_storage_index_bytes", "Memory of symbols, labels and postings.", false, count(s.index_bytes)},
      {"sluice_storage_blocks", "Blocks on disk.", false, count(s.blocks)},
      {"sluice_storage_disk_bytes", "Bytes on disk.", false, count(s.disk_bytes)},
      {"sluice_storage_block_bytes", "Of these: blocks, samples with their postings.", false, count(s.block_bytes)},
      {"sluice_storage_journal_bytes", "Bytes of journal that a restart would replay.", false, count(s.journal_bytes)},
      {"sluice_storage_commits_total", "Commits; one may hold several pushes.", true, count(s.commits)},
      {"sluice_storage_commit_failures_total", "Commits that failed: their pushes were answered 503.", true,
       count(s.commit_failures)},
      {"sluice_storage_syncs_total", "Syncs of the journal.", true, count(s.syncs)},
      {"sluice_storage_flushes_total", "Flushes of the head to blocks.", true, count(s.flushes)},
      {"sluice_storage_flush_failures_total", "Flushes that failed; data stays in the journal.", true,
       count(s.flush_failures)},
      {"sluice_storage_lookup_failures_total",
       "Pushes whose older samples could not be compared with blocks that cannot be read.", true,
       count(s.lookup_failures)},
      {"sluice_storage_compactions_total", "Partitions compacted.", true, count(s.compactions)},
      {"sluice_storage_compaction_backlog", "Partitions that wait for compaction.", false, count(s.compaction_backlog)},
      {"sluice_storage_replayed_samples", "Samples replayed from the journal at start.", false,
       count(s.replayed_samples)},
      {"sluice_storage_replay_seconds", "How long the replay at start took.", false, s.replay_seconds},
      {"sluice_storage_writable", "0 while the disk is full or failing: pushes are answered 503.", false,
       s.writable ? 1.0 : 0.0},
  };
}

}  // namespace sluice::server
