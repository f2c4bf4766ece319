// server/http/cors.h
//
// Room: server/http. What a browser on another origin may do with the query API: Prometheus's answers.
#pragma once

#include <string_view>

#include "server/http/message.h"

namespace sluice::server {

bool is_api_path(std::string_view path);  // under /api/, with or without one of the known prefixes
void add_cors_headers(const RequestHead& request, Response& response);

}  // namespace sluice::server
