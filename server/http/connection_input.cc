// What a connection reads. Every wait has a deadline, every buffer a limit.
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/http/connection.h"
#include "server/http/status.h"

namespace sluice::server {
namespace net = boost::asio;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kBodyStepBytes = 256u << 10;  // memory for a body grows as it arrives, not as it is announced
constexpr std::uint64_t kWakeBytesMin = 16u << 10, kWakeBytesMax = 128u << 10;
constexpr std::chrono::milliseconds kLingerTimeout{1000};

// The kernel wakes us for `bytes` at once instead of for every packet: over a real network a push is a hundred packets.
void wake_only_for(int socket, std::uint64_t bytes) {
  const int low_water = static_cast<int>(std::clamp<std::uint64_t>(bytes, 1, kWakeBytesMax));
  ::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof(low_water));
}

}  // namespace

// An idle connection holds no parser and at most a small buffer.
net::awaitable<bool> Connection::wait_for_request() {
  parser_.reset();
  exchange_.reset();
  if (!input_.empty()) co_return true;
  if (loop_.draining) co_return false;
  idle_ = true;
  deadline_.set(loop_.options.idle_timeout);
  const bool arrived = co_await read_more();
  idle_ = false;
  nothing_under_way_ = !arrived;
  co_return arrived;
}

net::awaitable<bool> Connection::read_more() {
  const auto [at, room] = input_.room(loop_.options.head_bytes_max);
  if (room == 0) co_return false;
  const auto buffer = net::buffer(at, room);
  const auto [ec, count] = co_await socket_.async_read_some(buffer, kAsTuple);
  input_.added(count);
  co_return !ec;
}

Error Connection::why_reading_stopped() const {
  if (timed_out_) return Error(Errc::timed_out, "the request did not arrive in time");
  if (input_.size() >= loop_.options.head_bytes_max)
    return Error(Errc::too_large, "the request's head, or the head of a chunk, exceeds the " +
                                      std::to_string(loop_.options.head_bytes_max) + " bytes limit");
  return Error(Errc::cancelled, "the connection was closed");
}

net::awaitable<Result<void>> Connection::read_head() {
  deadline_.set(loop_.options.head_timeout);
  for (;;) {
    const auto step = parser_->feed_head(input_.view());
    if (!step) co_return tl::unexpected<Error>(step.error());
    input_.consume(step->consumed);
    if (step->done) break;
    if (!co_await read_more()) co_return tl::unexpected<Error>(why_reading_stopped());
  }
  deadline_.clear();
  exchange_->framing = parser_->framing();
  auto head = parser_->take_head();
  if (!head) co_return tl::unexpected<Error>(head.error());
  exchange_->request.head = std::move(*head);
  exchange_->request.head.remote_address = remote_address_;
  co_return Result<void>();
}

net::awaitable<Result<void>> Connection::read_body() {
  const auto& framing = exchange_->framing;
  const auto length = exchange_->request.head.content_length.value_or(0);
  if (!framing.chunked && length == 0) co_return Result<void>();
  deadline_.set(loop_.options.body_timeout);
  if (framing.expects_continue && input_.empty() && !co_await write_all("HTTP/1.1 100 Continue\r\n\r\n"))
    co_return fail(Errc::cancelled, "the connection was closed");
  deadline_.set(loop_.options.body_timeout);
  exchange_->request.body = loop_.bodies.take();
  Result<void> read;
  if (framing.chunked) {
    read = co_await read_chunked_body(body_bytes_max());
  } else {
    read = co_await read_counted_body(length);
  }
  deadline_.clear();
  co_return read;
}

// Straight from the socket into the body: a push is hundreds of kilobytes, and one copy less is felt.
net::awaitable<Result<void>> Connection::read_counted_body(std::uint64_t length) {
  std::string& body = exchange_->request.body;
  std::uint64_t received = std::min<std::uint64_t>(length, input_.size());
  if (body.size() < received) body.resize(received);  // never shorter before the end: growing again would zero it again
  input_.view().copy(body.data(), received);
  input_.consume(received);
  const bool is_long = length - received >= kWakeBytesMin;
  while (received < length) {
    if (is_long) wake_only_for(socket_.native_handle(), length - received);
    const auto room_until = std::min<std::uint64_t>(length, std::max<std::uint64_t>(kBodyStepBytes, 2 * received));
    if (body.size() < room_until) body.resize(room_until);
    const auto buffer = net::buffer(body.data() + received, room_until - received);
    const auto [ec, count] = co_await socket_.async_read_some(buffer, kAsTuple);
    received += count;
    if (ec) co_return tl::unexpected<Error>(why_reading_stopped());
  }
  if (is_long) wake_only_for(socket_.native_handle(), 1);
  body.resize(length);
  co_return Result<void>();
}

net::awaitable<Result<void>> Connection::read_chunked_body(std::uint64_t bytes_max) {
  exchange_->request.body.clear();
  for (;;) {
    const auto step = parser_->feed_chunks(input_.view(), bytes_max, exchange_->request.body);
    if (!step && step.error().code() == Errc::too_large)
      co_return fail(Errc::too_large, body_over_limit(bytes_max).body);
    if (!step) co_return tl::unexpected<Error>(step.error());
    input_.consume(step->consumed);
    if (step->done) co_return Result<void>();
    if (!co_await read_more()) co_return tl::unexpected<Error>(why_reading_stopped());
  }
}

net::awaitable<bool> Connection::discard(std::uint64_t byte_count) {
  deadline_.set(loop_.options.body_timeout);
  for (;;) {
    const auto here = std::min<std::uint64_t>(byte_count, input_.size());
    input_.consume(here);
    byte_count -= here;
    if (byte_count == 0) co_return true;
    if (!co_await read_more()) co_return false;
  }
}

// Closing with unread bytes in the socket would reset the connection, and the peer might lose the answer it was just
// sent. So: no more from us, a moment for the peer to read and close.
net::awaitable<void> Connection::linger() {
  exchange_.reset();
  if (nothing_under_way_) co_return;
  boost::system::error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  if (ec || timed_out_) co_return;
  deadline_.set(kLingerTimeout);
  for (std::uint64_t seen = 0; seen < kDiscardBytesMax;) {
    input_.consume(input_.size());
    if (!co_await read_more()) co_return;
    seen += input_.size();
  }
}

}  // namespace sluice::server
