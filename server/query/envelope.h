// server/query/envelope.h
//
// Room: server/query. What every answer of the API is wrapped in, and the error types of Prometheus with their codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/error.h"
#include "server/http/message.h"

namespace sluice::server::query {

enum class ErrorType : std::uint8_t { bad_data, execution, canceled, timeout, internal, unavailable, not_found };

struct ApiError {
  ErrorType type = ErrorType::internal;
  std::string text;
};

// A handler's outcome: an answer, or the error that the envelope will carry.
using Answer = tl::expected<Response, ApiError>;

inline tl::unexpected<ApiError> bad_data(std::string text) {
  return tl::unexpected<ApiError>(ApiError{ErrorType::bad_data, std::move(text)});
}
// `invalid parameter "<name>": <cause>`
tl::unexpected<ApiError> invalid_parameter(std::string_view name, std::string_view cause);

// For errors of storage and engine, once the parameters have been accepted.
ApiError api_error(const Error& error);

int status_of(ErrorType type);
std::string_view name_of(ErrorType type);
std::string error_body(std::string_view error_type, std::string_view text);
Response error_answer(const ApiError& error);

struct Notices {
  static constexpr std::size_t kShownMax = 10;  // of each kind; a last entry then counts the rest
  std::vector<std::string> warnings, infos;
};

inline constexpr std::string_view kTruncated = "results truncated due to limit";
inline constexpr std::string_view kSuccessHead = "{\"status\":\"success\",\"data\":";

// What follows the data: `,"warnings":[...],"infos":[...]}`.
std::string success_tail(const Notices& notices);
// `data_json` in a success envelope.
Response success(std::string_view data_json, const Notices& notices = {});

}  // namespace sluice::server::query
