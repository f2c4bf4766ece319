#include "load/send/shard_sender.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sluice::load {
namespace net = boost::asio;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::int64_t kMetadataEveryMs = 60'000;
constexpr std::int64_t kStampLeadMsMax = 1'000;  // a tiny mesh flat out may make more than 1,000 rounds a second

std::string header_fields(const SendOptions& options, const std::string& tenant) {
  const bool v1 = options.protocol == Protocol::remote_write_1;
  std::string fields = "User-Agent: sluice-load\r\nContent-Encoding: snappy\r\n";
  fields += v1 ? "Content-Type: application/x-protobuf\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n"
               : "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request\r\n"
                 "X-Prometheus-Remote-Write-Version: 2.0.0\r\n";
  if (!options.authorization.empty()) fields += "Authorization: " + options.authorization + "\r\n";
  if (!tenant.empty()) fields += "X-Scope-OrgID: " + tenant + "\r\n";
  return fields;
}

}  // namespace

ShardSender::ShardSender(net::io_context& io, SendContext& context, std::size_t tenant, std::size_t shard)
    : context_(context),
      tenant_(tenant),
      shard_index_(shard),
      shard_(context.layout.shards[shard]),
      tenant_key_(tenant_key(context.options.tenants[tenant])),
      delivery_(io, context.options.url, header_fields(context.options, context.options.tenants[tenant]),
                context.options.protocol, context.options.retries, context.stats),
      timer_(io) {}

void ShardSender::stop() { timer_.cancel(); }

bool ShardSender::more_rounds() const {
  if (context_.stopping) return false;
  if (context_.options.rounds_max && round_ >= *context_.options.rounds_max) return false;
  const auto until = context_.options.until_ms;
  return !until || !context_.timebase.is_grid() || context_.timebase.last_scrape_ms(round_) <= *until;
}

net::awaitable<void> ShardSender::run() {
  for (; more_rounds(); ++round_) {
    co_await begin_round();
    if (shard_.number == 0 && !context_.metadata_body.empty()) co_await send_metadata();
    co_await send_stale_markers();
    for (std::size_t i = 0; i < shard_.batch_count && !context_.stopping; ++i)
      co_await send_batch(shard_.first_batch + i);
  }
}

net::awaitable<void> ShardSender::begin_round() {
  Timebase& timebase = context_.timebase;
  if (context_.options.pace.kind == Pace::Kind::fixed_rate) {
    const Batch round_itself;  // nothing before it
    const std::int64_t due = due_ms(round_itself);
    co_await wait_until(due);
  }
  if (!timebase.has_begun(round_)) context_.ledger.stamp(round_, timebase.begin_round(context_.clock.now_ms()));
  if (!timebase.is_grid()) co_await wait_until(timebase.base_ms(round_) - kStampLeadMsMax);
}

std::int64_t ShardSender::due_ms(const Batch& batch) const {
  const Pace& pace = context_.options.pace;
  if (pace.kind == Pace::Kind::flat_out) return 0;
  if (pace.kind == Pace::Kind::real_time) {
    const std::uint32_t last = batch.segments.back().target;  // scraped last, as targets are in the order of scrapes
    return context_.timebase.scrape_ms(context_.mesh.targets()[last].page, round_);
  }
  const double share = batch.places_before / static_cast<double>(std::max<std::uint64_t>(1, shard_.place_count));
  const double samples = context_.round_sizes.samples_before(round_, share);
  const auto tenants = static_cast<double>(context_.options.tenants.size());
  return context_.started_ms + static_cast<std::int64_t>(samples * tenants / pace.samples_per_s * 1000);
}

net::awaitable<void> ShardSender::wait_until(std::int64_t due) {
  const std::int64_t wait = due - context_.clock.now_ms();
  if (wait <= 0 || context_.stopping) co_return;
  timer_.expires_after(std::chrono::milliseconds(wait));
  co_await timer_.async_wait(kAsTuple);
}

net::awaitable<void> ShardSender::send_metadata() {
  if (context_.clock.now_ms() < metadata_due_ms_ || context_.stopping) co_return;
  metadata_due_ms_ = context_.clock.now_ms() + kMetadataEveryMs;
  const Letter letter{&context_.metadata_body, 0};
  co_await delivery_.deliver(letter);
}

net::awaitable<void> ShardSender::send_stale_markers() {
  if (context_.stopping) co_return;
  const std::vector<std::uint32_t> shrunk = context_.bodies.shrunk_targets(shard_.agent, round_);
  for (const std::uint32_t target : shrunk) {
    if (shard_.number == 0 && tenant_ == 0 && context_.bodies.replaces_pod(target, round_))
      ++context_.stats.pods_replaced;
    StaleMark mark{static_cast<std::uint32_t>(tenant_), target, static_cast<std::uint32_t>(shard_.number), round_,
                   Mark::sent};
    context_.ledger.set_stale(mark);
    const std::vector<Bodies::Stale> bodies = context_.bodies.stale_bodies(target, shard_.number, round_);
    mark.mark = Mark::acknowledged;
    for (const Bodies::Stale& stale : bodies) {
      const Letter letter{&stale.body, stale.samples};
      const Mark outcome = co_await delivery_.deliver(letter);
      count(outcome, stale.samples);
      if (outcome == Mark::acknowledged)
        context_.stats.stale_markers += stale.samples;
      else
        mark.mark = outcome;
    }
    context_.ledger.set_stale(mark);
  }
}

net::awaitable<void> ShardSender::send_batch(std::size_t index) {
  const Batch& batch = context_.layout.batches[index];
  const std::int64_t due = due_ms(batch);
  co_await wait_until(due);
  if (context_.stopping) co_return;
  if (due > 0) context_.stats.behind_ms = std::max(context_.stats.behind_ms, context_.clock.now_ms() - due);
  const Bodies::Written written = context_.bodies.write(index, round_, tenant_key_, body_);
  if (written.samples == 0) co_return;
  context_.stats.message_bytes += written.message_bytes;
  context_.stats.body_bytes += body_.size();
  context_.ledger.set(tenant_, round_, index, Mark::sent);
  const Letter letter{&body_, written.samples};
  const Mark outcome = co_await delivery_.deliver(letter);
  if (outcome != Mark::sent) context_.ledger.set(tenant_, round_, index, outcome);
  count(outcome, written.samples);
}

void ShardSender::count(Mark mark, std::uint64_t samples) {
  if (mark == Mark::acknowledged) context_.stats.samples_acknowledged += samples;
  if (mark == Mark::refused) context_.stats.samples_refused += samples;
  if (mark == Mark::sent) context_.stats.samples_unknown += samples;
}

}  // namespace sluice::load
