#include "server/http/status.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace sluice::server {

// Senders retry 5xx (and some of them 429) and drop the batch on anything else, so a wrong line here loses data or
// starts a retry storm. No `default`: a new Errc must choose (-Wswitch).
int status_for(Errc code) {
  switch (code) {
    case Errc::invalid_argument: return 400;
    case Errc::unsupported: return 422;
    case Errc::unprocessable: return 422;
    case Errc::too_large: return 413;
    case Errc::rate_limited: return 429;
    case Errc::unauthenticated: return 401;
    case Errc::forbidden: return 403;
    case Errc::not_found: return 404;
    case Errc::timed_out: return 503;
    case Errc::cancelled: return 499;
    case Errc::limit_exceeded: return 422;
    case Errc::unavailable: return 503;
    case Errc::corrupt: return 500;
  }
  __builtin_unreachable();
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 413: return "Request Entity Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
  }
  return "";
}

Response text_answer(int status, std::string text) {
  if (text.empty() || text.back() != '\n') text += '\n';
  Response response(status, std::move(text), "text/plain; charset=utf-8");
  response.headers.add("X-Content-Type-Options", "nosniff");
  return response;
}

Response text_error(const Error& error) { return text_answer(status_for(error.code()), error.detail()); }

Response body_over_limit(std::uint64_t bytes_max) {
  return text_answer(413, "request body exceeds the " + std::to_string(bytes_max) + " bytes limit");
}

std::uint32_t jittered_seconds(double seconds) {
  constexpr double kSecondsMax = 300;  // nobody should be told to stay away for longer than an operator sleeps
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_real_distribution<double> spread(1.0, 1.5);
  const double wait = std::clamp(seconds, 0.0, kSecondsMax) * spread(random);
  return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::ceil(wait)));
}

void set_retry_after(Response& response, std::uint32_t seconds) {
  response.headers.set("Retry-After", std::to_string(seconds));
}

}  // namespace sluice::server
