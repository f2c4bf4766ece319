// load/serve/scrape_server.h
//
// Room: load/serve. A small HTTP server for scrapers: GET /t/N and GET /http_sd, keep-alive, nothing else.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "load/serve/exposition.h"
#include "proto/base/clock.h"
#include "proto/base/error.h"

namespace sluice::load {

class ScrapeServer {
 public:
  static constexpr std::size_t kHeadBytesMax = 16 << 10;
  static constexpr std::size_t kConnectionsMax = 4096;  // further ones are closed at once

  ScrapeServer(boost::asio::io_context& io, const Exposition& exposition, std::uint64_t tenant_key, const Clock& clock)
      : io_(io), exposition_(exposition), tenant_key_(tenant_key), clock_(clock), acceptor_(io) {}

  Result<void> listen(const std::string& host, const std::string& port);
  std::string address() const;  // host:port as bound
  std::uint64_t pages_served() const { return pages_served_; }

 private:
  struct Reply {
    int status = 200;
    std::string type, body;
  };
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
  Reply answer(std::string_view request_line);

  boost::asio::io_context& io_;
  const Exposition& exposition_;
  const std::uint64_t tenant_key_;
  const Clock& clock_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::size_t connections_ = 0;
  std::uint64_t pages_served_ = 0;
};

}  // namespace sluice::load
