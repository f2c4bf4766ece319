#include "load/send/sender.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

#include "load/body/metadata.h"
#include "load/send/shard_sender.h"

namespace sluice::load {
namespace net = boost::asio;

Sender::Sender(net::io_context& io, const Mesh& mesh, const Layout& layout, Timebase& timebase, Bodies& bodies,
               Ledger& ledger, Stats& stats, const Clock& clock, const SendOptions& options)
    : io_(io),
      context_{mesh,
               layout,
               timebase,
               bodies,
               ledger,
               stats,
               clock,
               options,
               RoundSizes(mesh, timebase),
               options.protocol == Protocol::remote_write_1 ? metadata_request_v1(mesh.families()) : "",
               clock.now_ms(),
               false} {
  for (std::size_t tenant = 0; tenant < options.tenants.size(); ++tenant)
    for (std::size_t shard = 0; shard < layout.shards.size(); ++shard)
      if (layout.shards[shard].batch_count > 0)
        shards_.push_back(std::make_unique<ShardSender>(io, context_, tenant, shard));
}

Sender::~Sender() = default;

void Sender::start() {
  context_.started_ms = context_.clock.now_ms();
  running_ = shards_.size();
  for (const auto& shard : shards_)
    net::co_spawn(io_, shard->run(), [this](const std::exception_ptr& failure) {
      --running_;
      if (failure) std::rethrow_exception(failure);  // a bug: let it end the process
    });
}

void Sender::stop() {
  context_.stopping = true;
  for (const auto& shard : shards_) shard->stop();
}

void Sender::give_up() {
  stop();
  for (const auto& shard : shards_) shard->give_up();
}

std::uint64_t Sender::rounds_begun() const {
  std::uint64_t most = 0;
  for (const auto& shard : shards_) most = std::max(most, shard->round());
  return most;
}

}  // namespace sluice::load
