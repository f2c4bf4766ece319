#include "load/serve/scrape_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace sluice::load {
namespace net = boost::asio;
using net::ip::tcp;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);

}  // namespace

Result<void> ScrapeServer::listen(const std::string& host, const std::string& port) {
  boost::system::error_code error;
  tcp::resolver resolver(io_);
  const auto endpoints = resolver.resolve(host, port, tcp::resolver::passive, error);
  if (error || endpoints.empty())
    return fail(Errc::invalid_argument, "cannot resolve " + host + ":" + port + ": " + error.message());
  const tcp::endpoint endpoint = *endpoints.begin();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (error) return fail(Errc::unavailable, "cannot listen on " + host + ":" + port + ": " + error.message());
  net::co_spawn(io_, accept(), net::detached);
  return {};
}

std::string ScrapeServer::address() const {
  const tcp::endpoint endpoint = acceptor_.local_endpoint();
  return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

net::awaitable<void> ScrapeServer::accept() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kAsTuple);
    if (error || connections_ >= kConnectionsMax) continue;
    net::co_spawn(io_, serve(std::move(socket)), net::detached);
  }
}

ScrapeServer::Reply ScrapeServer::answer(std::string_view line) {
  const std::int64_t now = clock_.now_ms();
  if (!line.starts_with("GET ")) return {405, "text/plain", "GET only\n"};
  const std::string_view path = line.substr(4, line.find_first_of(" ?", 4) - 4);
  if (path == "/http_sd") return {200, "application/json", exposition_.target_list(address(), now)};
  std::size_t page = 0;
  const bool is_page = path.starts_with("/t/");
  const auto parsed = std::from_chars(path.data() + (is_page ? 3 : path.size()), path.data() + path.size(), page);
  if (!is_page || parsed.ec != std::errc() || parsed.ptr != path.data() + path.size() ||
      page >= exposition_.page_count())
    return {404, "text/plain",
            "there is /http_sd, and /t/0 to /t/" + std::to_string(exposition_.page_count() - 1) + "\n"};
  ++pages_served_;
  return {200, "text/plain; version=0.0.4; charset=utf-8", exposition_.page(page, tenant_key_, now)};
}

net::awaitable<void> ScrapeServer::serve(tcp::socket socket) {
  ++connections_;
  std::string received;
  while (true) {
    auto [read_error, head_bytes] =
        co_await net::async_read_until(socket, net::dynamic_buffer(received, kHeadBytesMax), "\r\n\r\n", kAsTuple);
    if (read_error) break;
    const Reply reply = answer(std::string_view(received).substr(0, received.find("\r\n")));
    received.erase(0, head_bytes);
    const std::string head = "HTTP/1.1 " + std::to_string(reply.status) + (reply.status == 200 ? " OK" : " Refused") +
                             "\r\nContent-Type: " + reply.type +
                             "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
    const std::array<net::const_buffer, 2> buffers = {net::buffer(head), net::buffer(reply.body)};
    auto [write_error, written] = co_await net::async_write(socket, buffers, kAsTuple);
    if (write_error) break;
  }
  --connections_;
}

}  // namespace sluice::load
