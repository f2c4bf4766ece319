// server/http/observer.h
//
// Room: server/http. What the listener tells telemetry. Called on I/O threads; must not block.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/http/message.h"

namespace sluice::server {

struct Answered {
  std::string_view route;  // the pattern, or "" when nothing matched
  Method method = Method::get;
  int status = 0;
  double seconds = 0;  // from the end of the head to the end of the answer
  std::uint64_t body_bytes = 0, answer_bytes = 0;
};

class HttpObserver {
 public:
  virtual ~HttpObserver() = default;
  virtual void answered(const Answered&) {}
  virtual void connection_opened() {}
  virtual void connection_closed() {}
  virtual void connection_refused() {}                               // over connections_max
  virtual void handler_threw(std::string_view, std::string_view) {}  // route, what: a bug
  virtual void accept_failed(std::string_view) {}
};

}  // namespace sluice::server
