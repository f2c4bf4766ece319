#include "server/http/cors.h"

namespace sluice::server {

bool is_api_path(std::string_view path) { return path.starts_with("/api/") || path.starts_with("/prometheus/api/"); }

void add_cors_headers(const RequestHead& request, Response& response) {
  auto& headers = response.headers;
  headers.add("Vary", "Origin");
  if (!request.headers.has("Origin")) return;
  headers.set("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin");
  headers.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  headers.set("Access-Control-Allow-Origin", "*");  // tokens travel in headers, never in cookies
  headers.set("Access-Control-Expose-Headers", "Date");
}

}  // namespace sluice::server
