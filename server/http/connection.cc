#include "server/http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "server/http/compression.h"
#include "server/http/cors.h"
#include "server/http/offload.h"
#include "server/http/response_head.h"
#include "server/http/status.h"

namespace sluice::server {
namespace net = boost::asio;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kBodyStepBytes = 256u << 10;  // memory for a body grows as it arrives, not as it is announced
constexpr std::uint64_t kWakeBytesMin = 16u << 10, kWakeBytesMax = 128u << 10;
constexpr std::uint64_t kDiscardBytesMax = 1u << 20;      // a refused body up to this is read to keep the connection
constexpr std::size_t kJoinedAnswerBytesMax = 64u << 10;  // shorter bodies leave in one write with their head
constexpr std::size_t kStreamPieceBytes = 64u << 10;
constexpr double kFullPoolRetrySeconds = 1;
constexpr std::chrono::milliseconds kLingerTimeout{1000};

bool peer_is_gone(int socket) {
  char byte = 0;
  const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

int status_of(const Error& error, int too_large_status) {
  if (error.code() == Errc::too_large) return too_large_status;
  if (error.code() == Errc::timed_out) return 408;
  return error.code() == Errc::unsupported ? 501 : 400;
}

Response body_over_limit(std::uint64_t limit) {
  return text_answer(413, "request body exceeds the " + std::to_string(limit) + " bytes limit");
}

// The kernel wakes us for `bytes` at once instead of for every packet: over a real network a push is a hundred packets.
void wake_only_for(int socket, std::uint64_t bytes) {
  const int low_water = static_cast<int>(std::clamp<std::uint64_t>(bytes, 1, kWakeBytesMax));
  ::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof(low_water));
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::string BodyBuffers::take() {
  if (free_.empty()) return {};
  std::string body = std::move(free_.back());
  free_.pop_back();
  return body;
}

void BodyBuffers::give_back(std::string body) {
  if (body.capacity() >= InputBuffer::kIdleBytes && body.capacity() <= kKeptBytesMax && free_.size() < kKept)
    free_.push_back(std::move(body));
}

Connection::Connection(Socket socket, Loop& loop) : socket_(std::move(socket)), loop_(loop) {
  boost::system::error_code ignored;
  remote_address_ = socket_.remote_endpoint(ignored).address().to_string(ignored);
  loop_.connections.insert(this);
}

Connection::~Connection() { loop_.connections.erase(this); }

void Connection::sweep(Deadline::Clock::time_point now) {
  if (!deadline_.passed(now)) return;
  timed_out_ = true;
  deadline_.clear();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::close_if_idle() {
  boost::system::error_code ignored;
  if (idle_) socket_.cancel(ignored);
}

void Connection::abort() {
  if (exchange_) exchange_->stop.request_stop();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

net::awaitable<void> Connection::run() {
  for (;;) {
    const bool kept = co_await serve_one();
    if (!kept) break;
    input_.shrink_if_idle();
  }
  co_await linger();
}

net::awaitable<bool> Connection::serve_one() {
  if (!co_await wait_for_request()) co_return false;
  parser_.emplace(loop_.options.head_bytes_max);
  exchange_.emplace();
  const auto head = co_await read_head();
  if (!head) {
    co_await give_up(head.error(), 431);
    co_return false;
  }
  exchange_->started = Deadline::Clock::now();
  if (!decide()) co_return co_await refuse();
  const auto body = co_await read_body();
  if (!body) {
    co_await give_up(body.error(), 413);
    co_return false;
  }
  co_await answer();
  const bool kept = co_await send(exchange_->framing.keep_alive && !exchange_->response.close_connection);
  loop_.bodies.give_back(std::move(exchange_->request.body));
  exchange_.reset();
  co_return kept;
}

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

// Everything that can be known before the body is read.
bool Connection::decide() {
  auto& exchange = *exchange_;
  const auto& head = exchange.request.head;
  if (head.method == Method::options && is_api_path(head.path)) {
    exchange.response = Response(204);
    return false;
  }
  exchange.match = loop_.router.find(head.method, head.path);
  if (exchange.match.handler != nullptr) return admitted();
  const auto& allow = exchange.match.allow;
  exchange.response = allow.empty() ? text_answer(404, "404 page not found") : text_answer(405, "Method not allowed");
  if (!allow.empty()) exchange.response.headers.add("Allow", allow);
  return false;
}

bool Connection::admitted() {
  auto& exchange = *exchange_;
  exchange.decision = exchange.match.handler->admit(exchange.request.head);
  if (exchange.decision.refusal) {
    exchange.response = std::move(*exchange.decision.refusal);
    return false;
  }
  if (exchange.request.head.content_length.value_or(0) <= body_bytes_max()) return true;
  exchange.response = body_over_limit(body_bytes_max());
  return false;
}

std::uint64_t Connection::body_bytes_max() const {
  const auto of_route = exchange_->decision.body_bytes_max;
  return of_route > 0 ? of_route : loop_.options.body_bytes_max;
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
  body.assign(input_.view().substr(0, received));
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

// A refusal costs the peer nothing but this answer: a short body is read and thrown away so that the connection
// lives on; a long one, or one of unknown length, ends it.
net::awaitable<bool> Connection::refuse() {
  const auto& framing = exchange_->framing;
  const auto length = exchange_->request.head.content_length.value_or(0);
  const bool keep = framing.keep_alive && !framing.chunked && length <= kDiscardBytesMax &&
                    (length == 0 || !framing.expects_continue) && !exchange_->response.close_connection;
  if (!co_await send(keep)) co_return false;
  co_return co_await discard(length);
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

// The request cannot be read to its end, so no other can follow it.
net::awaitable<void> Connection::give_up(Error error, int too_large_status) {
  if (error.code() == Errc::cancelled) co_return;
  timed_out_ = false;
  exchange_->response = text_answer(status_of(error, too_large_status), error.detail());
  if (exchange_->started == Deadline::Clock::time_point()) exchange_->started = Deadline::Clock::now();
  co_await send(false);
}

WorkPool* Connection::pool() {
  if (exchange_->match.handler == nullptr) return nullptr;
  switch (exchange_->match.handler->pool()) {
    case Pool::inline_io: return nullptr;
    case Pool::ingest: return &loop_.ingest_pool;
    case Pool::query: return &loop_.query_pool;
  }
  __builtin_unreachable();
}

std::uint64_t Connection::turn() const {
  const auto& admission = exchange_->decision.admission;
  return admission ? admission->turn() : 0;
}

net::awaitable<void> Connection::answer() {
  WorkPool* const pool = this->pool();
  if (pool == nullptr) {
    run_handler();
    co_return;
  }
  const auto seat = pool->try_seat();
  if (seat) {
    co_await run_on_pool(*pool);
    co_return;
  }
  exchange_->response = text_answer(
      503, "the server is busy: all " + std::to_string(pool->seats_max()) + " places of its queue are taken");
  set_retry_after(exchange_->response, jittered_seconds(kFullPoolRetrySeconds));
}

net::awaitable<void> Connection::run_on_pool(WorkPool& pool) {
  if (&pool == &loop_.query_pool) watch_for_disconnect();
  auto work = [this] { run_handler(); };
  co_await offload(pool, turn(), work);
  if (watching_ == nullptr) co_return;
  *watching_ = false;
  watching_.reset();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

// The socket turning readable means that the peer left, or that it sends its next request early; the latter cannot be
// told from a later leave without reading, so the watch ends there.
void Connection::watch_for_disconnect() {
  exchange_->stop = std::stop_source();
  exchange_->request.stop = exchange_->stop.get_token();
  watching_ = std::make_shared<bool>(true);
  socket_.async_wait(Socket::wait_read, [this, watching = watching_](const boost::system::error_code& ec) {
    if (*watching && !ec && peer_is_gone(socket_.native_handle())) exchange_->stop.request_stop();
  });
}

// On the handler's pool. Whatever a handler throws is a bug, answered as one; the process and its other tenants go on.
void Connection::run_handler() {
  auto& exchange = *exchange_;
  try {
    exchange.response = exchange.match.handler->handle(exchange.request, exchange.decision.admission.get());
    if (worth_compressing(exchange.response) && accepts_gzip(exchange.request.head.headers))
      compress(exchange.response);
  } catch (const std::exception& error) {
    loop_.observer.handler_threw(exchange.match.route, error.what());
    exchange.response = text_answer(500, "internal error");
  }
}

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

// Closing with unread bytes in the socket would reset the connection, and the peer might lose the answer it was just
// sent. So: no more from us, a moment for the peer to read and close.
net::awaitable<void> Connection::linger() {
  exchange_.reset();
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
