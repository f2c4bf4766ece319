// load/net/http_client.h
//
// Room: load/net. One keep-alive HTTP/1.1 connection, with as little between the caller and the socket as possible.
// Asio and no Beast: a request is two buffers and an answer a few header lines.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "load/net/url.h"
#include "proto/base/error.h"

namespace sluice::load {

struct HttpAnswer {
  int status = 0;
  std::optional<std::uint32_t> retry_after_s;    // the date form is treated as absent
  std::optional<std::uint64_t> samples_written;  // X-Prometheus-Remote-Write-Samples-Written
  std::string body;
  HttpAnswer() = default;  // declared: gcc 12 destroys aggregate temporaries twice around co_await
};

// Not thread-safe: one per coroutine.
class HttpConnection {
 public:
  static constexpr std::size_t kHeadBytesMax = 64 << 10;

  HttpConnection(boost::asio::io_context& io, Url url, std::size_t answer_bytes_max);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // `fields` are header lines, each ending in CRLF; Host and Content-Length are added. Connects when it must.
  // unavailable: nothing is known about what the server did. The referred text must live until the answer is there.
  boost::asio::awaitable<Result<HttpAnswer>> exchange(std::string_view method, std::string_view target,
                                                      std::string_view fields, std::string_view body,
                                                      std::chrono::milliseconds deadline);
  void close();

 private:
  boost::asio::awaitable<boost::system::error_code> connect();
  boost::asio::awaitable<Result<HttpAnswer>> read_answer();
  boost::asio::awaitable<boost::system::error_code> read_more();
  boost::asio::awaitable<bool> read_chunks(HttpAnswer& answer);
  tl::unexpected<Error> broken(const std::string& why);

  boost::asio::io_context& io_;
  const Url url_;
  const std::size_t answer_bytes_max_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::string head_, received_;
};

}  // namespace sluice::load
