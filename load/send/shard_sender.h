// load/send/shard_sender.h
//
// Room: load/send. One shard of one agent of one tenant: its batches in order, round after round, over one connection.
#pragma once

#include "load/send/sender.h"

namespace sluice::load {

class ShardSender {
 public:
  ShardSender(boost::asio::io_context& io, SendContext& context, std::size_t tenant, std::size_t shard);
  boost::asio::awaitable<void> run();
  void stop();
  void give_up() { delivery_.give_up(); }
  std::uint64_t round() const { return round_; }

 private:
  bool more_rounds() const;
  boost::asio::awaitable<void> begin_round();
  boost::asio::awaitable<void> send_metadata();
  boost::asio::awaitable<void> send_stale_markers();
  boost::asio::awaitable<void> send_batch(std::size_t batch);
  boost::asio::awaitable<void> wait_until(std::int64_t due_ms);
  std::int64_t due_ms(const Batch& batch) const;
  void count(Mark mark, std::uint64_t samples);

  SendContext& context_;
  const std::size_t tenant_, shard_index_;
  const Shard& shard_;
  const std::uint64_t tenant_key_;
  Delivery delivery_;
  boost::asio::steady_timer timer_;
  std::string body_;  // reused from batch to batch
  std::uint64_t round_ = 0;
  std::int64_t metadata_due_ms_ = 0;
};

}  // namespace sluice::load
