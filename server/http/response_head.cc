#include "server/http/response_head.h"

#include <cstdio>
#include <ctime>

#include "server/http/status.h"

namespace sluice::server {
namespace {

// "Sun, 06 Nov 1994 08:49:37 GMT", made once per second and thread.
const std::string& http_date() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == made_at && !text.empty()) return text;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char buffer[64];
  text.assign(buffer, std::strftime(buffer, sizeof(buffer), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  made_at = now;
  return text;
}

// A value may carry a stranger's text; a line break in it would let the stranger write headers.
void append_field(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ");
  const auto from = out.size();
  out.append(value);
  for (auto i = from; i < out.size(); ++i)
    if (static_cast<unsigned char>(out[i]) < 0x20 && out[i] != '\t') out[i] = ' ';
  out.append("\r\n");
}

}  // namespace

void append_head(const Response& response, BodyFraming framing, bool keep_alive, std::string& out) {
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  append_field("Date", http_date(), out);
  for (const auto& [name, value] : response.headers.all()) append_field(name, value, out);
  if (framing == BodyFraming::length) append_field("Content-Length", std::to_string(response.body.size()), out);
  if (framing == BodyFraming::chunked) append_field("Transfer-Encoding", "chunked", out);
  if (!keep_alive) append_field("Connection", "close", out);
  out.append("\r\n");
}

void append_chunk(std::string_view piece, std::string& out) {
  if (piece.empty()) return;
  char size[20];
  const int digits = std::snprintf(size, sizeof(size), "%zx\r\n", piece.size());
  out.append(size, static_cast<std::size_t>(digits)).append(piece).append("\r\n");
}

}  // namespace sluice::server
