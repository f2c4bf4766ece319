// load/send/delivery.h
//
// Room: load/send. Getting one body across, as Prometheus's queue manager does: the identical bytes again after a 5xx,
// a 429 or a broken connection, with a growing pause; given up at once after any other 4xx.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <string>

#include "load/body/encode.h"
#include "load/net/http_client.h"
#include "load/plan/ledger.h"
#include "load/send/stats.h"

namespace sluice::load {

struct RetryPolicy {
  std::chrono::milliseconds pause_min{30}, pause_max{5000};  // doubling
  std::chrono::milliseconds deadline{30'000};                // of one attempt
};

struct Letter {
  const std::string* body = nullptr;  // unchanged until delivered
  std::uint64_t samples = 0;          // 0: metadata only
};

// Not thread-safe; one letter at a time.
class Delivery {
 public:
  Delivery(boost::asio::io_context& io, const Url& url, std::string fields, Protocol protocol,
           const RetryPolicy& policy, Stats& stats);

  // acknowledged, refused, or sent: given up by give_up() without an answer that settles it.
  boost::asio::awaitable<Mark> deliver(Letter letter);
  void give_up();  // stops retrying and drops the connection

 private:
  enum class Next : std::uint8_t { acknowledged, refused, again };
  Next judge(const Result<HttpAnswer>& answer, std::uint64_t samples);
  std::chrono::milliseconds pause_before_retry(const Result<HttpAnswer>& answer);

  const std::string path_, fields_;
  const Protocol protocol_;
  const RetryPolicy policy_;
  Stats& stats_;
  HttpConnection connection_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds pause_{0};
  bool giving_up_ = false;
};

}  // namespace sluice::load
