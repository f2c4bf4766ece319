// server/http/status.h
//
// Room: server/http. The one place where a reason becomes a number, and the plain-text answers that carry it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/error.h"
#include "server/http/message.h"

namespace sluice::server {

int status_for(Errc code);
std::string_view reason_phrase(int status);  // "" for a status this server never sends

// "text/plain; charset=utf-8" with a final newline, as Go's http.Error writes it: senders log the first line.
Response text_answer(int status, std::string text);
Response text_error(const Error& error);
Response body_over_limit(std::uint64_t bytes_max);  // 413

// Whole seconds, at least 1, spread over half again as much, so that those who were refused together come back apart.
std::uint32_t jittered_seconds(double seconds);
void set_retry_after(Response& response, std::uint32_t seconds);

}  // namespace sluice::server
