// server/http/request_parser.h
//
// Room: server/http. Bytes of a stranger to a RequestHead, and chunked bodies to bodies. No sockets: it is fed, so it
// is tested and fuzzed without any. Beast lives in the .cc file and nowhere else in the house.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/error.h"
#include "server/http/message.h"

namespace sluice::server {

// What of a head the connection itself acts on.
struct Framing {
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  bool http_1_0 = false;  // no chunks, no 100 Continue
};

// One request. Feed it from the start of the unconsumed bytes; what it did not consume must be fed again, with more.
class RequestParser {
 public:
  struct Step {
    std::size_t consumed = 0;
    bool done = false;
  };

  explicit RequestParser(std::uint32_t head_bytes_max);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Stops right behind the head. Errors: too_large (head_bytes_max), unsupported (an encoding of the transfer or an
  // expectation this server does not know), invalid_argument (anything else).
  Result<Step> feed_head(std::string_view bytes);

  // After feed_head() is done: the pieces.
  Framing framing() const;
  Result<RequestHead> take_head();  // invalid_argument: a damaged escape in the path

  // For a chunked body: appends to `body`. Errors: too_large as soon as a chunk claims more than body_bytes_max leaves.
  Result<Step> feed_chunks(std::string_view bytes, std::uint64_t body_bytes_max, std::string& body);

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
};

}  // namespace sluice::server
