// server/http/handler.h
//
// Room: server/http. What a route does: it may look at the head before the body is read (admit), and it answers, on the
// pool it names (handle). Handlers are synchronous; the connection's coroutine does the waiting.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/http/message.h"

namespace sluice::server {

enum class Pool : std::uint8_t {
  inline_io,  // answers at once and never blocks: health, refusals
  ingest,     // decode and commit
  query,      // may take seconds
};

// What admit() took and the end of the request gives back: permits, the identity found, deadlines.
class Admission {
 public:
  virtual ~Admission() = default;
  // On a pool, requests of different keys take turns: one tenant's queue is not another's wait.
  virtual std::uint64_t turn() const { return 0; }
};

struct AdmitDecision {
  std::optional<Response> refusal;       // set: answered now, the body is not read
  std::unique_ptr<Admission> admission;  // destroyed after the answer is sent
  std::uint64_t body_bytes_max = 0;      // 0: the listener's default
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual Pool pool() const = 0;
  // On the I/O thread, once the head is read and before the body is. Must not block.
  virtual AdmitDecision admit(const RequestHead& head) = 0;
  // On pool(). `admission` is what admit() returned, possibly null.
  virtual Response handle(Request& request, Admission* admission) = 0;
  // A last look at every answer of this route, also at those that the connection makes by itself: a body over the
  // limit, a full pool, a handler that threw. On any thread.
  virtual void finish(const RequestHead& head, Response& response) const {
    static_cast<void>(head);
    static_cast<void>(response);
  }
};

// Path patterns: exact, or one `*` segment: /api/v1/label/*/values. Methods are a list; others answer 405 with Allow.
class Router {
 public:
  void add(std::vector<Method> methods, std::string path, std::shared_ptr<Handler> handler);
  struct Match {
    Handler* handler = nullptr;  // null: not found or wrong method
    std::string allow;           // non-empty: the path exists with these methods (405)
    std::string_view route;      // the pattern that matched; bounded in number, so fit for a metric's label
  };
  Match find(Method method, std::string_view path) const;

 private:
  struct Route {
    std::vector<Method> methods;
    std::string path;
    std::shared_ptr<Handler> handler;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view path) const { return std::hash<std::string_view>{}(path); }
  };
  std::unordered_map<std::string, std::vector<Route>, Hash, std::equal_to<>> exact_;
  std::vector<Route> wildcard_;
};

}  // namespace sluice::server
