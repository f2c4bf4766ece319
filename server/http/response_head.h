// server/http/response_head.h
//
// Room: server/http. The head of an answer as bytes. Pure, and written without Beast: it is on the path of every push.
#pragma once

#include <cstdint>
#include <string>

#include "server/http/message.h"

namespace sluice::server {

enum class BodyFraming : std::uint8_t {
  none,      // 204, 304: no body and no length
  length,    // Content-Length: response.body.size()
  chunked,   // pieces, each with its size
  to_close,  // HTTP/1.0: the end of the connection ends the body
};

// Appends the status line, Date, the response's headers and those of framing, and the blank line.
void append_head(const Response& response, BodyFraming framing, bool keep_alive, std::string& out);

void append_chunk(std::string_view piece, std::string& out);  // an empty piece would end the body: it appends nothing
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace sluice::server
