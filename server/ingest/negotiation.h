// server/ingest/negotiation.h
//
// Room: server/ingest. Which message a push says it carries, judged from its head alone. Pure.
#pragma once

#include <tl/expected.hpp>

#include "proto/wire/write_batch.h"
#include "server/http/message.h"

namespace sluice::server {

// Errors are texts of a 415. Parameters of Content-Type are not trimmed, as Prometheus does not: "; proto=..." with a
// blank is an unknown parameter, and the push is taken as 1.0.
tl::expected<wire::Protocol, std::string> protocol_of(std::string_view content_type);
tl::expected<wire::Protocol, std::string> negotiate(const Headers& headers);

// Senders of 2.0 read on every answer, also on errors, how much was stored; senders of 1.0 must not see these headers.
struct Written {
  std::uint64_t samples = 0, histograms = 0, exemplars = 0;
};
void set_written(Response& response, const Written& written);
bool has_written(const Response& response);

}  // namespace sluice::server
