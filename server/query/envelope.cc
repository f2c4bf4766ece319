#include "server/query/envelope.h"

#include <algorithm>

#include "proto/model/labels.h"
#include "server/query/json/text.h"

namespace sluice::server::query {
namespace {

void append_notices(std::string& out, std::string_view key, const std::vector<std::string>& texts,
                    std::string_view kind) {
  if (texts.empty()) return;
  out += ",\"";
  out += key;
  out += "\":[";
  for (std::size_t i = 0; i < std::min(texts.size(), Notices::kShownMax); ++i) {
    if (i > 0) out += ',';
    json::append_text(out, texts[i]);
  }
  if (texts.size() > Notices::kShownMax) {
    out += ',';
    const std::size_t omitted = texts.size() - Notices::kShownMax;
    json::append_text(out, std::to_string(omitted) + " more " + std::string(kind) + " annotations omitted");
  }
  out += ']';
}

ErrorType type_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument: return ErrorType::bad_data;
    case Errc::unsupported:
    case Errc::unprocessable:
    case Errc::too_large:
    case Errc::limit_exceeded: return ErrorType::execution;
    case Errc::timed_out: return ErrorType::timeout;
    case Errc::cancelled: return ErrorType::canceled;
    case Errc::not_found: return ErrorType::not_found;
    case Errc::rate_limited:
    case Errc::unavailable: return ErrorType::unavailable;
    case Errc::unauthenticated:
    case Errc::forbidden:
    case Errc::corrupt: return ErrorType::internal;
  }
  __builtin_unreachable();
}

}  // namespace

tl::unexpected<ApiError> invalid_parameter(std::string_view name, std::string_view cause) {
  std::string text = "invalid parameter \"";
  text.append(name).append("\": ").append(cause);
  return bad_data(std::move(text));
}

ApiError api_error(const Error& error) { return ApiError{type_of(error.code()), error.detail()}; }

// Grafana and Kiali read the envelope only of 400, 422 and 503; anything else they show raw.
int status_of(ErrorType type) {
  switch (type) {
    case ErrorType::bad_data: return 400;
    case ErrorType::execution: return 422;
    case ErrorType::canceled: return 499;
    case ErrorType::timeout: return 503;
    case ErrorType::internal:
    case ErrorType::unavailable: return 500;
    case ErrorType::not_found: return 404;
  }
  __builtin_unreachable();
}

std::string_view name_of(ErrorType type) {
  switch (type) {
    case ErrorType::bad_data: return "bad_data";
    case ErrorType::execution: return "execution";
    case ErrorType::canceled: return "canceled";
    case ErrorType::timeout: return "timeout";
    case ErrorType::internal: return "internal";
    case ErrorType::unavailable: return "unavailable";
    case ErrorType::not_found: return "not_found";
  }
  __builtin_unreachable();
}

std::string error_body(std::string_view error_type, std::string_view text) {
  std::string body = "{\"status\":\"error\",\"errorType\":\"";
  body.append(error_type).append("\",\"error\":");
  json::append_text(body, text);
  return body + '}';
}

Response error_answer(const ApiError& error) {
  return Response(status_of(error.type), error_body(name_of(error.type), error.text), "application/json");
}

std::string success_tail(const Notices& notices) {
  std::string out;
  append_notices(out, "warnings", notices.warnings, "warning");
  append_notices(out, "infos", notices.infos, "info");
  return out + '}';
}

Response success(std::string_view data_json, const Notices& notices) {
  std::string body(kSuccessHead);
  body.append(data_json).append(success_tail(notices));
  return Response(200, std::move(body), "application/json");
}

}  // namespace sluice::server::query
