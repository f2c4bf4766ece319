#include "server/http/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/text.h"

namespace sluice::server {
namespace http = boost::beast::http;
namespace {

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::get;
    case http::verb::head: return Method::head;
    case http::verb::post: return Method::post;
    case http::verb::put: return Method::put;
    case http::verb::delete_: return Method::del;
    case http::verb::options: return Method::options;
    default: return Method::other;
  }
}

tl::unexpected<Error> failure(const boost::system::error_code& ec) {
  if (ec == http::error::header_limit) return fail(Errc::too_large, "the request's head is too large");
  if (ec == http::error::body_limit) return fail(Errc::too_large, "the request's body is too large");
  return fail(Errc::invalid_argument, "malformed HTTP request: " + ec.message());
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// "http://host/path" is what a client sends that takes us for its proxy; only the path matters here.
std::string_view without_authority(std::string_view target) {
  if (target.starts_with('/') || target == "*") return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const auto path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

struct RequestParser::Beast {
  http::request_parser<http::string_body> parser;
};

RequestParser::RequestParser(std::uint32_t head_bytes_max) : beast_(std::make_unique<Beast>()) {
  beast_->parser.header_limit(head_bytes_max);
  beast_->parser.body_limit(boost::none);  // the connection compares Content-Length with the route's own limit
  beast_->parser.eager(false);
}

RequestParser::~RequestParser() = default;

namespace {

// Two framings at once, or one this server cannot undo, is how requests are smuggled past a proxy.
Result<void> check_framing(const http::request_parser<http::string_body>& parser) {
  const auto& message = parser.get();
  const auto coding = message.find(http::field::transfer_encoding);
  if (coding != message.end() && !equal_ignoring_case(trim(view(coding->value())), "chunked"))
    return fail(Errc::unsupported, "Transfer-Encoding other than chunked is not accepted");
  const auto expect = message.find(http::field::expect);
  if (expect != message.end() && !equal_ignoring_case(view(expect->value()), "100-continue"))
    return fail(Errc::unsupported, "Expect other than 100-continue is not accepted");
  if (message.version() >= 11 && message.count(http::field::host) != 1)
    return fail(Errc::invalid_argument, "missing or repeated Host header");
  return {};
}

}  // namespace

Result<RequestParser::Step> RequestParser::feed_head(std::string_view bytes) {
  boost::system::error_code ec;
  auto& parser = beast_->parser;
  Step step;
  step.consumed = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != http::error::need_more) return failure(ec);
  step.done = parser.is_header_done();
  if (!step.done) return step;
  return check_framing(parser).map([&] { return step; });
}

Framing RequestParser::framing() const {
  const auto& parser = beast_->parser;
  Framing framing;
  framing.http_1_0 = parser.get().version() < 11;
  framing.keep_alive = parser.keep_alive() && !framing.http_1_0;
  framing.chunked = parser.chunked();
  framing.expects_continue = !framing.http_1_0 && parser.get().count(http::field::expect) > 0;
  return framing;
}

Result<RequestHead> RequestParser::take_head() {
  const auto& parser = beast_->parser;
  const auto& message = parser.get();
  RequestHead head;
  head.method = method_of(message.method());
  head.method_text = std::string(view(message.method_string()));
  const auto target = without_authority(view(message.target()));
  const auto question = target.find('?');
  auto path = percent_decode(target.substr(0, question), PlusSign::is_plus);
  if (!path) return fail(Errc::invalid_argument, "malformed escape in the request's path");
  head.path = std::move(*path);
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  for (const auto& field : message)
    head.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
  if (const auto length = parser.content_length()) head.content_length = *length;
  return head;
}

Result<RequestParser::Step> RequestParser::feed_chunks(std::string_view bytes, std::uint64_t body_bytes_max,
                                                       std::string& body) {
  auto& parser = beast_->parser;
  if (!parser.eager()) {
    parser.eager(true);
    parser.body_limit(body_bytes_max);
  }
  boost::system::error_code ec;
  parser.get().body().swap(body);  // Beast appends to the caller's string, so its capacity is reused
  Step step;
  step.consumed = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  parser.get().body().swap(body);
  if (ec && ec != http::error::need_more) return failure(ec);
  step.done = parser.is_done();
  return step;
}

}  // namespace sluice::server
