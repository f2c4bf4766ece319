// load/send/sender.h
//
// Room: load/send. All agents of all tenants: one coroutine per shard, all on one thread, because templates leave so
// little to do that a second thread would take CPU from the receiver under test.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load/plan/round_sizes.h"
#include "load/send/bodies.h"
#include "load/send/delivery.h"
#include "proto/base/clock.h"

namespace sluice::load {

struct Pace {
  enum class Kind : std::uint8_t { flat_out, fixed_rate, real_time };
  Kind kind = Kind::flat_out;
  double samples_per_s = 0;  // fixed_rate: of all tenants together
};

struct SendOptions {
  Url url;
  Protocol protocol = Protocol::remote_write_1;
  std::vector<std::string> tenants = {""};  // "": no X-Scope-OrgID
  std::string authorization;                // value of the header; empty: none
  Pace pace;
  std::optional<std::int64_t> until_ms;  // grid: no scrape after this moment
  std::optional<std::uint64_t> rounds_max;
  RetryPolicy retries;
};

// What the shards share. Borrowed objects outlive the Sender.
struct SendContext {
  const Mesh& mesh;
  const Layout& layout;
  Timebase& timebase;
  Bodies& bodies;
  Ledger& ledger;
  Stats& stats;
  const Clock& clock;
  const SendOptions& options;
  RoundSizes round_sizes;
  const std::string metadata_body;  // 1.0 only
  std::int64_t started_ms = 0;
  bool stopping = false;
};

class ShardSender;

class Sender {
 public:
  Sender(boost::asio::io_context& io, const Mesh& mesh, const Layout& layout, Timebase& timebase, Bodies& bodies,
         Ledger& ledger, Stats& stats, const Clock& clock, const SendOptions& options);
  ~Sender();

  void start();
  void stop();     // no new batch; attempts under way may end
  void give_up();  // no further attempt either
  bool finished() const { return running_ == 0; }
  std::uint64_t rounds_begun() const;

 private:
  boost::asio::io_context& io_;
  SendContext context_;
  std::vector<std::unique_ptr<ShardSender>> shards_;
  std::size_t running_ = 0;
};

}  // namespace sluice::load
