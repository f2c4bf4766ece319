#include "load/audit/auditor.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <set>

namespace sluice::load {
namespace net = boost::asio;
namespace {

constexpr std::size_t kAnswerBytesMax = 256 << 20;
constexpr std::chrono::milliseconds kDeadline{120'000};
constexpr int kAttemptsMax = 5;
constexpr std::chrono::milliseconds kPause{500};
constexpr std::size_t kStaleChecksMax = 2'000;
constexpr const char* kIdentity[] = {"job", "instance", "pod"};

std::string seconds(std::int64_t ms) {
  std::string fraction = std::to_string(ms % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(ms / 1000) + "." + fraction;
}

}  // namespace

Auditor::Auditor(const AuditSubject& subject, AuditOptions options, Progress progress)
    : subject_(subject), options_(std::move(options)), progress_(std::move(progress)) {}

Result<Findings> Auditor::run() {
  for (std::size_t tenant = 0; tenant < subject_.tenants.size(); ++tenant) {
    if (subject_.ledger.rounds(tenant) == 0) continue;
    add_windows(tenant);
    add_strangers(tenant);
  }
  add_stale_checks();
  all_ = tasks_.size();
  for (std::size_t i = 0; i < options_.workers; ++i) net::co_spawn(io_, work(), net::detached);
  io_.run();
  if (failure_) return tl::unexpected(*failure_);
  return findings_;
}

std::string Auditor::query_target(const std::string& expression, std::int64_t time_ms) const {
  return options_.base.path + "/api/v1/query?query=" + percent_encoded(expression) + "&time=" + seconds(time_ms);
}

void Auditor::add_windows(std::size_t tenant) {
  for (const Window& window : windows_of(subject_, tenant)) {
    const std::string range = "[" + std::to_string(window.until_ms - window.after_ms) + "ms]";
    const std::string question = selector_of(subject_, window.target, window.first_round) + range;
    tasks_.push_back(
        {tenant, query_target(question, window.until_ms), [this, window](const std::string& body) -> Result<void> {
           const auto found = parse_query_answer(body);
           if (!found) return tl::unexpected(found.error());
           Expectation(subject_, window).compare(*found, findings_);
           return {};
         }});
  }
}

void Auditor::add_stale_checks() {
  struct Whole {
    std::size_t shards = 0;
    bool acknowledged = true;
  };
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>, Whole> targets;  // tenant, target, round
  for (const StaleMark& mark : subject_.ledger.stale_marks()) {
    Whole& whole = targets[{mark.tenant, mark.target, mark.round}];
    ++whole.shards;
    whole.acknowledged = whole.acknowledged && mark.mark == Mark::acknowledged;
  }
  std::size_t checks = 0;
  for (const auto& [key, whole] : targets) {
    const auto [tenant, target, round] = key;
    if (!whole.acknowledged || whole.shards != subject_.fleet.shards || ++checks > kStaleChecksMax) continue;
    const std::int64_t at = subject_.timebase.scrape_ms(subject_.mesh.targets()[target].page, round);
    const std::string question = selector_of(subject_, target, round - 1);
    tasks_.push_back({tenant, query_target(question, at),
                      [this, target = target, round = round](const std::string& body) -> Result<void> {
                        const auto found = parse_query_answer(body);
                        if (!found) return tl::unexpected(found.error());
                        const std::vector<std::string> undead = undead_of(subject_, target, round, *found);
                        findings_.undead += undead.size();
                        if (!undead.empty()) findings_.example("still there after its stale marker: " + undead.front());
                        return {};
                      }});
  }
}

void Auditor::add_strangers(std::size_t tenant) {
  const std::int64_t from = subject_.timebase.base_ms(0);
  const std::int64_t to = subject_.timebase.last_scrape_ms(subject_.ledger.rounds(tenant) - 1);
  for (const char* label : kIdentity)
    tasks_.push_back(
        {tenant,
         options_.base.path + "/api/v1/label/" + label + "/values?start=" + seconds(from) + "&end=" + seconds(to),
         [this, tenant, label](const std::string& body) { return judge_names(tenant, label, body); }});
}

// A name that the mesh never had may come from another time than ours, so its samples are counted before it is accused.
Result<void> Auditor::judge_names(std::size_t tenant, const std::string& label, const std::string& body) {
  const auto values = parse_label_values(body);
  if (!values) return tl::unexpected(values.error());
  std::set<std::string, std::less<>> known;
  for (const Window& window : windows_of(subject_, tenant)) {
    const Life life = subject_.mesh.life(window.target, subject_.timebase.base_ms(window.first_round));
    known.emplace(Labels(subject_.mesh.target_labels(window.target, life)).get(label));
  }
  const std::int64_t from = subject_.timebase.base_ms(0) - 1;
  const std::int64_t to = subject_.timebase.last_scrape_ms(subject_.ledger.rounds(tenant) - 1);
  for (const std::string& value : *values) {
    if (known.contains(value)) continue;
    const std::string selector = "{" + label + "=\"" + value + "\"}";
    const std::string question = "sum(count_over_time(" + selector + "[" + std::to_string(to - from) + "ms]))";
    ++all_;
    tasks_.push_back({tenant, query_target(question, to), [this, selector](const std::string& answer) -> Result<void> {
                        const auto count = parse_query_answer(answer);
                        if (!count) return tl::unexpected(count.error());
                        if (count->empty() || count->front().samples.empty()) return {};
                        findings_.invented += static_cast<std::uint64_t>(count->front().samples.front().value);
                        findings_.example("a target that the mesh does not have: " + selector);
                        return {};
                      }});
  }
  return {};
}

net::awaitable<void> Auditor::work() {
  HttpConnection connection(io_, options_.base, kAnswerBytesMax);
  while (!tasks_.empty() && !failure_) {
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    const Result<std::string> body = co_await ask(connection, task);
    const Result<void> judged = body ? task.judge(*body) : Result<void>(tl::unexpected(body.error()));
    if (!judged) failure_ = judged.error();
    ++done_;
    progress_(done_, all_, findings_);
  }
  connection.close();
}

net::awaitable<Result<std::string>> Auditor::ask(HttpConnection& connection, const Task& task) {
  std::string fields = "User-Agent: sluice-load\r\nAccept-Encoding: identity\r\n";
  if (!options_.authorization.empty()) fields += "Authorization: " + options_.authorization + "\r\n";
  const std::string& tenant = subject_.tenants[task.tenant];
  if (!tenant.empty()) fields += "X-Scope-OrgID: " + tenant + "\r\n";
  net::steady_timer timer(io_);
  Error last;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Result<HttpAnswer> answer = co_await connection.exchange("GET", task.target, fields, "", kDeadline);
    if (answer && answer->status == 200) co_return std::move(answer->body);
    last = answer ? Error(Errc::unavailable, "GET " + task.target.substr(0, 300) + " answered " +
                                                 std::to_string(answer->status) + ": " + answer->body.substr(0, 300))
                  : answer.error();
    if (answer && answer->status / 100 == 4) break;
    timer.expires_after(kPause);
    co_await timer.async_wait(net::use_awaitable);
  }
  co_return tl::unexpected(last);
}

}  // namespace sluice::load
