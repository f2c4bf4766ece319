#include "load/net/http_client.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cctype>
#include <charconv>

namespace sluice::load {
namespace net = boost::asio;
namespace {

constexpr auto kAsTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kReadBytes = 64 << 10;

bool same_name(std::string_view a, std::string_view b) {
  const auto same = [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  if (std::from_chars(text.data(), text.data() + text.size(), value, base).ec != std::errc()) return std::nullopt;
  return value;
}

struct Framing {  // how the answer's body ends
  std::uint64_t length = 0;
  bool chunked = false, close = false;
};

// `head` is everything up to the empty line. False when it is not HTTP.
bool parse_head(std::string_view head, HttpAnswer& answer, Framing& framing) {
  if (!head.starts_with("HTTP/1.") || head.size() < 12) return false;
  const auto status = number<int>(head.substr(9, 3));
  if (!status) return false;
  answer.status = *status;
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();) {
    at += 2;
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    const std::string_view name = line.substr(0, colon);
    if (same_name(name, "content-length")) framing.length = number<std::uint64_t>(value).value_or(0);
    if (same_name(name, "transfer-encoding")) framing.chunked = same_name(value, "chunked");
    if (same_name(name, "connection")) framing.close = same_name(value, "close");
    if (same_name(name, "retry-after")) answer.retry_after_s = number<std::uint32_t>(value);
    if (same_name(name, "x-prometheus-remote-write-samples-written"))
      answer.samples_written = number<std::uint64_t>(value);
    at = end;
  }
  return true;
}

}  // namespace

HttpConnection::HttpConnection(net::io_context& io, Url url, std::size_t answer_bytes_max)
    : io_(io), url_(std::move(url)), answer_bytes_max_(answer_bytes_max), socket_(io), timer_(io) {}

void HttpConnection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();  // or it would close the next connection
  received_.clear();
}

tl::unexpected<Error> HttpConnection::broken(const std::string& why) {
  close();
  return fail(Errc::unavailable, url_.authority() + ": " + why);
}

net::awaitable<boost::system::error_code> HttpConnection::connect() {
  net::ip::tcp::resolver resolver(io_);
  auto [resolve_error, endpoints] = co_await resolver.async_resolve(url_.host, url_.port, kAsTuple);
  if (resolve_error) co_return resolve_error;
  auto [connect_error, endpoint] = co_await net::async_connect(socket_, endpoints, kAsTuple);
  if (connect_error) co_return connect_error;
  boost::system::error_code ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  co_return boost::system::error_code();
}

net::awaitable<Result<HttpAnswer>> HttpConnection::exchange(std::string_view method, std::string_view target,
                                                            std::string_view fields, std::string_view body,
                                                            std::chrono::milliseconds deadline) {
  timer_.expires_after(deadline);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) close();  // every await on the peer below then ends with an error
  });
  if (!socket_.is_open()) {
    const auto error = co_await connect();
    if (error) co_return broken("cannot connect: " + error.message());
  }
  head_.assign(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(url_.authority()).append("\r\n");
  head_.append(fields).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  const std::array<net::const_buffer, 2> buffers = {net::buffer(head_), net::buffer(body.data(), body.size())};
  auto [error, written] = co_await net::async_write(socket_, buffers, kAsTuple);
  if (error) co_return broken("sending failed: " + error.message());
  Result<HttpAnswer> answer = co_await read_answer();
  timer_.cancel();
  co_return answer;
}

net::awaitable<boost::system::error_code> HttpConnection::read_more() {
  const std::size_t had = received_.size();
  received_.resize(had + kReadBytes);
  auto [error, count] = co_await socket_.async_read_some(net::buffer(received_.data() + had, kReadBytes), kAsTuple);
  received_.resize(had + count);
  co_return error;
}

net::awaitable<Result<HttpAnswer>> HttpConnection::read_answer() {
  HttpAnswer answer;
  Framing framing;
  do {
    std::size_t head_end = 0;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (received_.size() > kHeadBytesMax) co_return broken("answer with more than 64 KiB of headers");
      const auto error = co_await read_more();
      if (error) co_return broken("no answer: " + error.message());
    }
    framing = Framing();
    if (!parse_head(std::string_view(received_).substr(0, head_end), answer, framing))
      co_return broken("not an HTTP answer");
    received_.erase(0, head_end + 4);
  } while (answer.status == 100);

  if (framing.length > answer_bytes_max_)
    co_return broken("answer larger than " + std::to_string(answer_bytes_max_) + " bytes");
  if (framing.chunked) {
    if (!co_await read_chunks(answer)) co_return broken("damaged, cut or too large chunked answer");
  } else {
    while (received_.size() < framing.length) {
      const auto error = co_await read_more();
      if (error) co_return broken("answer was cut: " + error.message());
    }
    answer.body.assign(received_, 0, framing.length);
    received_.erase(0, framing.length);
  }
  if (framing.close) close();
  co_return answer;
}

net::awaitable<bool> HttpConnection::read_chunks(HttpAnswer& answer) {
  std::size_t at = 0;  // in received_; erased once at the end, so that a long answer is not moved over and over
  while (true) {
    std::size_t line_end = 0;
    while ((line_end = received_.find("\r\n", at)) == std::string::npos)
      if (co_await read_more()) co_return false;
    const auto size = number<std::uint64_t>(std::string_view(received_).substr(at, line_end - at), 16);
    if (!size || *size > answer_bytes_max_ || answer.body.size() + *size > answer_bytes_max_) co_return false;
    at = line_end + 2;
    while (received_.size() < at + *size + 2)
      if (co_await read_more()) co_return false;
    answer.body.append(received_, at, *size);
    at += *size + 2;
    if (at > answer_bytes_max_ / 8) {
      received_.erase(0, at);
      at = 0;
    }
    if (*size == 0) break;
  }
  received_.erase(0, at);
  co_return true;
}

}  // namespace sluice::load
