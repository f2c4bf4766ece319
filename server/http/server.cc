#include "server/http/server.h"

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "server/http/connection.h"

namespace sluice::server {
namespace net = boost::asio;
using tcp = net::ip::tcp;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::chrono::milliseconds kAcceptPause{100};  // out of descriptors: trying again at once would only burn CPU
constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 2\r\n"
    "Content-Length: 54\r\nConnection: close\r\n\r\nserver.connections_max is reached; try again in a bit\n";

// Counts connections of all loops and lets drain() wait for the last one.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::uint32_t max) : max_(max) {}
  bool enter() {
    std::lock_guard lock(mutex_);
    if (count_ >= max_) return false;
    ++count_;
    return true;
  }
  void leave() {
    std::lock_guard lock(mutex_);
    if (--count_ == 0) none_left_.notify_all();
  }
  bool wait_for_none(std::chrono::milliseconds budget) {
    std::unique_lock lock(mutex_);
    return none_left_.wait_for(lock, budget, [&] { return count_ == 0; });
  }
  std::uint32_t count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  const std::uint32_t max_;
  mutable std::mutex mutex_;
  std::condition_variable none_left_;
  std::uint32_t count_ = 0;
};

Result<tcp::endpoint> parse_endpoint(const std::string& host, std::uint16_t port) {
  boost::system::error_code ec;
  const auto address = net::ip::make_address(host == "localhost" ? "127.0.0.1" : host, ec);
  if (ec) return fail(Errc::invalid_argument, "cannot listen on '" + host + "': not an IP address");
  return tcp::endpoint(address, port);
}

boost::system::error_code share_port(tcp::acceptor& acceptor) {
  const int yes = 1;
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) == 0) return {};
  return {errno, boost::system::system_category()};
}

enum class Port { own, shared };

Result<void> listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, Port port) {
  boost::system::error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec && port == Port::shared) ec = share_port(acceptor);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (!ec) return {};
  return fail(Errc::unavailable, "cannot listen on " + endpoint.address().to_string() + ":" +
                                     std::to_string(endpoint.port()) + ": " + ec.message());
}

// One I/O thread: its own io_context, acceptor and connections.
class IoThread {
 public:
  IoThread(const ServerOptions& options, const Router& router, HttpObserver& observer, WorkPool& ingest_pool,
           WorkPool& query_pool, ConnectionCount& count)
      : count_(count), work_(io_.get_executor()), acceptor_(io_), sweep_timer_(io_), loop_{options,    router,
                                                                                           observer,   ingest_pool,
                                                                                           query_pool, {},
                                                                                           {},         false} {}

  Result<std::uint16_t> listen_on(const tcp::endpoint& endpoint, Port port) {
    return listen(acceptor_, endpoint, port).map([&] { return acceptor_.local_endpoint().port(); });
  }

  void start() {
    net::co_spawn(io_, accept(), net::detached);
    net::co_spawn(io_, sweep(), net::detached);
    thread_ = std::thread([this] { io_.run(); });
    pthread_setname_np(thread_.native_handle(), "sluice-io");
  }

  void begin_drain() {
    net::post(io_, [this] {
      loop_.draining = true;
      boost::system::error_code ignored;
      acceptor_.close(ignored);
      for (Connection* connection : loop_.connections) connection->close_if_idle();
    });
  }

  void abort_all() {
    net::post(io_, [this] {
      for (Connection* connection : loop_.connections) connection->abort();
    });
  }

  void stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  net::awaitable<void> accept() {
    while (acceptor_.is_open()) {
      auto [ec, socket] = co_await acceptor_.async_accept(kAsTuple);
      if (!ec) {
        welcome(std::move(socket));
      } else if (acceptor_.is_open()) {
        loop_.observer.accept_failed(ec.message());
        net::steady_timer pause(io_, kAcceptPause);
        co_await pause.async_wait(kAsTuple);
      }
    }
  }

  void welcome(tcp::socket socket) {
    boost::system::error_code ignored;
    if (!count_.enter()) {
      loop_.observer.connection_refused();
      socket.non_blocking(true, ignored);
      socket.write_some(net::buffer(kTooManyConnections), ignored);
      return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    net::co_spawn(io_, serve(std::move(socket)), net::detached);
  }

  net::awaitable<void> serve(tcp::socket socket) {
    loop_.observer.connection_opened();
    {
      Connection connection(std::move(socket), loop_);
      co_await connection.run();
    }
    loop_.observer.connection_closed();
    count_.leave();
  }

  net::awaitable<void> sweep() {
    for (;;) {
      sweep_timer_.expires_after(loop_.options.sweep_interval);
      const auto [ec] = co_await sweep_timer_.async_wait(kAsTuple);
      if (ec) co_return;
      const auto now = Deadline::Clock::now();
      for (Connection* connection : loop_.connections) connection->sweep(now);
    }
  }

  ConnectionCount& count_;
  net::io_context io_{1};
  net::executor_work_guard<net::io_context::executor_type> work_;
  tcp::acceptor acceptor_;
  net::steady_timer sweep_timer_;
  Loop loop_;
  std::thread thread_;
};

}  // namespace

struct HttpServer::Impl {
  Impl(const ServerOptions& given, const Router& router, HttpObserver& observer)
      : options(given),
        count(given.connections_max),
        ingest_pool(std::make_unique<WorkPool>("sluice-ingest", given.ingest_threads, given.ingest_queue_max)),
        query_pool(std::make_unique<WorkPool>("sluice-query", given.query_threads, given.query_queue_max)) {
    for (unsigned i = 0; i < options.io_threads; ++i)
      io_threads.push_back(std::make_unique<IoThread>(options, router, observer, *ingest_pool, *query_pool, count));
  }

  const ServerOptions options;
  ConnectionCount count;
  std::unique_ptr<WorkPool> ingest_pool, query_pool;
  std::vector<std::unique_ptr<IoThread>> io_threads;  // destroyed before the pools' jobs could be: see drain()
  std::uint16_t port = 0;
  bool running = false;
};

HttpServer::HttpServer(const ServerOptions& options, const Router& router, HttpObserver& observer)
    : impl_(std::make_unique<Impl>(options, router, observer)) {}

HttpServer::~HttpServer() { drain(std::chrono::milliseconds(0)); }

namespace {

// With SO_REUSEPORT a second server on the same port would start without complaint and take half of the pushes. A
// short-lived listener that does not share finds it.
Result<std::uint16_t> probe_port(const tcp::endpoint& endpoint) {
  net::io_context io;
  tcp::acceptor probe(io);
  return listen(probe, endpoint, Port::own).map([&] { return probe.local_endpoint().port(); });
}

}  // namespace

Result<void> HttpServer::start() {
  auto endpoint = parse_endpoint(impl_->options.host, impl_->options.port);
  if (!endpoint) return tl::unexpected<Error>(endpoint.error());
  const auto port = probe_port(*endpoint);
  if (!port) return tl::unexpected<Error>(port.error());
  endpoint->port(*port);
  for (auto& thread : impl_->io_threads)
    if (auto listening = thread->listen_on(*endpoint, Port::shared); !listening)
      return tl::unexpected<Error>(listening.error());
  impl_->port = *port;
  for (auto& thread : impl_->io_threads) thread->start();
  impl_->running = true;
  return {};
}

std::uint16_t HttpServer::port() const { return impl_->port; }
std::uint32_t HttpServer::connections() const { return impl_->count.count(); }
std::uint32_t HttpServer::ingest_queue() const { return impl_->ingest_pool ? impl_->ingest_pool->seats_taken() : 0; }
std::uint32_t HttpServer::query_queue() const { return impl_->query_pool ? impl_->query_pool->seats_taken() : 0; }

// Order matters: connections end first, because jobs in the pools refer to their frames; then the I/O threads.
bool HttpServer::drain(std::chrono::milliseconds budget) {
  if (!impl_->running) return true;
  impl_->running = false;
  for (auto& thread : impl_->io_threads) thread->begin_drain();
  const bool in_time = impl_->count.wait_for_none(budget);
  if (!in_time) {
    constexpr std::chrono::milliseconds kNudge{50};  // an aborted connection may still be waiting for its handler
    do {
      for (auto& thread : impl_->io_threads) thread->abort_all();
    } while (!impl_->count.wait_for_none(kNudge));
  }
  for (auto& thread : impl_->io_threads) thread->stop();
  return in_time;
}

}  // namespace sluice::server
