// Its life, and what happens between reading and writing: the decision, the handler, the watch on the peer.
#include "server/http/connection.h"

#include <sys/socket.h>

#include <cerrno>

#include "server/http/compression.h"
#include "server/http/cors.h"
#include "server/http/offload.h"
#include "server/http/status.h"

namespace sluice::server {
namespace net = boost::asio;
namespace {

constexpr double kFullPoolRetrySeconds = 1;

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

Connection::Exchange::Exchange() = default;

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

}  // namespace sluice::server
