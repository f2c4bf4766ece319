#include "load/send/delivery.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sluice::load {
namespace net = boost::asio;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kAnswerBytesMax = 1 << 20;  // an answer to a push is a few lines
constexpr std::size_t kShownBytesMax = 300;
constexpr std::chrono::seconds kRetryAfterMax{60};

// A refusal's first line counts; the ones after it name what was refused and the limit that was met.
std::string on_one_line(const std::string& body) {
  std::string line;
  for (const char c : body.substr(0, std::min(body.find_last_not_of('\n') + 1, kShownBytesMax)))
    line += c == '\n' ? std::string("; ") : std::string(1, c);
  return line;
}

}  // namespace

Delivery::Delivery(net::io_context& io, const Url& url, std::string fields, Protocol protocol,
                   const RetryPolicy& policy, Stats& stats)
    : path_(url.path),
      fields_(std::move(fields)),
      protocol_(protocol),
      policy_(policy),
      stats_(stats),
      connection_(io, url, kAnswerBytesMax),
      timer_(io) {}

net::awaitable<Mark> Delivery::deliver(Letter letter) {
  pause_ = policy_.pause_min;
  for (bool first = true;; first = false) {
    if (!first) {
      if (giving_up_) co_return Mark::sent;
      ++stats_.retries;
    }
    const auto started = std::chrono::steady_clock::now();
    const Result<HttpAnswer> answer =
        co_await connection_.exchange("POST", path_, fields_, *letter.body, policy_.deadline);
    if (answer) {
      ++stats_.requests;
      stats_.latency.add(std::chrono::steady_clock::now() - started);
      stats_.recent.add(std::chrono::steady_clock::now() - started);
    }
    const Next next = judge(answer, letter.samples);
    if (next == Next::acknowledged) co_return Mark::acknowledged;
    if (next == Next::refused) co_return Mark::refused;
    if (giving_up_) co_return Mark::sent;
    timer_.expires_after(pause_before_retry(answer));
    co_await timer_.async_wait(kAsTuple);
  }
}

Delivery::Next Delivery::judge(const Result<HttpAnswer>& answer, std::uint64_t samples) {
  if (!answer) {
    stats_.count_error("connection", answer.error().detail());
    return Next::again;
  }
  const int status = answer->status;
  if (status / 100 == 2) {
    // A 2.0 sender believes only what the answer says was written.
    const bool all_written = protocol_ == Protocol::remote_write_1 || answer->samples_written == samples;
    if (all_written) return Next::acknowledged;
    stats_.count_error("short-written", "acknowledged with Samples-Written " +
                                            std::to_string(answer->samples_written.value_or(0)) + " of " +
                                            std::to_string(samples));
    return Next::refused;
  }
  stats_.count_error(std::to_string(status), std::to_string(status) + ": " + on_one_line(answer->body));
  return status == 429 || status / 100 == 5 ? Next::again : Next::refused;
}

std::chrono::milliseconds Delivery::pause_before_retry(const Result<HttpAnswer>& answer) {
  const std::chrono::milliseconds pause = pause_;
  pause_ = std::min(pause_ * 2, policy_.pause_max);
  if (!answer || !answer->retry_after_s) return pause;
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(*answer->retry_after_s), kRetryAfterMax);
}

void Delivery::give_up() {
  giving_up_ = true;
  timer_.cancel();
  connection_.close();
}

}  // namespace sluice::load
