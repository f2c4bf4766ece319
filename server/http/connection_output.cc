// What a connection writes: an answer whole, or a stream piece by piece.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/http/connection.h"
#include "server/http/cors.h"
#include "server/http/offload.h"
#include "server/http/response_head.h"

namespace sluice::server {
namespace net = boost::asio;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kJoinedAnswerBytesMax = 64u << 10;  // shorter bodies leave in one write with their head
constexpr std::size_t kStreamPieceBytes = 64u << 10;

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

void Connection::dress_answer() {
  auto& exchange = *exchange_;
  if (is_api_path(exchange.request.head.path)) {
    add_cors_headers(exchange.request.head, exchange.response);
    exchange.response.headers.add("Vary", "Accept-Encoding");
  }
  if (exchange.match.handler != nullptr) exchange.match.handler->finish(exchange.request.head, exchange.response);
}

net::awaitable<bool> Connection::send(bool keep_alive) {
  dress_answer();
  auto& exchange = *exchange_;
  const bool in_chunks = exchange.response.stream && !exchange.framing.http_1_0;
  const bool to_close = exchange.response.stream && exchange.framing.http_1_0;
  const bool keep = keep_alive && !loop_.draining && !to_close;
  const bool bodiless = exchange.request.head.method == Method::head || !has_body(exchange.response.status);
  const auto framing = !has_body(exchange.response.status) ? BodyFraming::none
                       : in_chunks                         ? BodyFraming::chunked
                       : to_close                          ? BodyFraming::to_close
                                                           : BodyFraming::length;
  output_.clear();
  append_head(exchange.response, framing, keep, output_);
  bool sent = false;
  if (bodiless) {
    sent = co_await write_all(output_);
  } else if (exchange.response.stream) {
    sent = co_await send_stream(in_chunks);
  } else if (exchange.response.body.size() <= kJoinedAnswerBytesMax) {
    output_ += exchange.response.body;
    sent = co_await write_all(output_);
  } else {
    sent = co_await write_all(output_);
    if (sent) sent = co_await write_all(exchange.response.body);
  }
  report();
  co_return sent&& keep;
}

// On the handler's pool: enough for one write, or what is left.
void Connection::pull_stream(std::string& piece, bool& more) {
  try {
    while (more && piece.size() < kStreamPieceBytes) more = exchange_->response.stream(piece);
  } catch (const std::exception& error) {
    loop_.observer.handler_threw(exchange_->match.route, error.what());
    exchange_->stream_broke = true;  // the end of the body must not look like its end
  }
}

// One piece is made, then written: a slow reader slows its own query and fills no memory.
net::awaitable<bool> Connection::send_stream(bool in_chunks) {
  auto& exchange = *exchange_;
  std::string piece = std::move(exchange.response.body);
  bool more = true;
  auto pull = [&] { pull_stream(piece, more); };
  WorkPool* const pool = this->pool();
  for (;;) {
    if (pool != nullptr) {
      co_await offload(*pool, turn(), pull);
    } else {
      pull();
    }
    if (exchange.stream_broke) co_return false;
    if (in_chunks) append_chunk(piece, output_);
    if (!in_chunks) output_ += piece;
    if (in_chunks && !more) output_ += kLastChunk;
    if (!co_await write_all(output_)) co_return false;
    if (!more) co_return true;
    piece.clear();
    output_.clear();
  }
}

net::awaitable<bool> Connection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    deadline_.set(loop_.options.write_timeout);
    const auto buffer = net::buffer(bytes.data(), bytes.size());
    const auto [ec, count] = co_await socket_.async_write_some(buffer, kAsTuple);
    if (ec) co_return false;
    if (exchange_) exchange_->answer_bytes += count;
    bytes.remove_prefix(count);
  }
  deadline_.clear();
  co_return true;
}

void Connection::report() {
  const auto& exchange = *exchange_;
  Answered answered;
  answered.route = exchange.match.route;
  answered.method = exchange.request.head.method;
  answered.status = exchange.response.status;
  answered.seconds = std::chrono::duration<double>(Deadline::Clock::now() - exchange.started).count();
  answered.body_bytes = exchange.request.body.size();
  answered.answer_bytes = exchange.answer_bytes;
  loop_.observer.answered(answered);
}

}  // namespace sluice::server
