// tests/server/http/raw_client.h
//
// A client that sends exactly the bytes it is told, well-formed or not, and reads answers with a patience of seconds.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/http/message.h"
#include "server/http/text.h"

namespace sluice::server {

struct RawAnswer {
  int status = 0;  // 0: none came
  Headers headers;
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  int descriptor() const { return socket_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  RawAnswer ask(std::string_view bytes) {
    send(bytes);
    return read_answer();
  }

  // One answer, by its own framing. `to_head`: the request was HEAD, so no body follows.
  RawAnswer read_answer(bool to_head = false) {
    RawAnswer answer;
    std::size_t end = 0;
    while ((end = seen_.find("\r\n\r\n")) == std::string::npos)
      if (!read_some()) return answer;
    parse_head(std::string_view(seen_).substr(0, end), answer);
    seen_.erase(0, end + 4);
    if (to_head || answer.status == 204 || answer.status == 100) return answer;
    if (answer.headers.get("Transfer-Encoding") == "chunked") {
      while (read_chunk(answer.body)) {
      }
    } else if (answer.headers.has("Content-Length")) {
      take(std::strtoull(std::string(answer.headers.get("Content-Length")).c_str(), nullptr, 10), answer.body);
    } else {
      while (read_some()) {
      }
      answer.body.swap(seen_);
    }
    return answer;
  }

  // True when the server closes within `ms`; what it still sends is thrown away.
  bool closed_within(int ms) {
    while (read_some(ms)) {
    }
    return ended_;
  }

 private:
  bool read_some(int ms = 5000) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, ms) <= 0) return false;
    char buffer[65536];
    const auto got = ::recv(socket_, buffer, sizeof(buffer), 0);
    ended_ = ended_ || got <= 0;
    if (got > 0) seen_.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  bool take(std::size_t count, std::string& out) {
    while (seen_.size() < count)
      if (!read_some()) return false;
    out.append(seen_, 0, count);
    seen_.erase(0, count);
    return true;
  }

  bool read_chunk(std::string& body) {
    std::size_t end = 0;
    while ((end = seen_.find("\r\n")) == std::string::npos)
      if (!read_some()) return false;
    const auto size = std::strtoull(seen_.substr(0, end).c_str(), nullptr, 16);
    seen_.erase(0, end + 2);
    std::string chunk;
    if (!take(size + 2, chunk)) return false;
    body.append(chunk, 0, size);
    return size > 0;
  }

  static void parse_head(std::string_view head, RawAnswer& answer) {
    answer.status = std::atoi(std::string(head.substr(9, 3)).c_str());
    for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n")) {
      head.remove_prefix(at + 2);
      const auto line = head.substr(0, head.find("\r\n"));
      const auto colon = line.find(':');
      answer.headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
    }
  }

  int socket_;
  bool connected_ = false, ended_ = false;
  std::string seen_;
};

}  // namespace sluice::server
