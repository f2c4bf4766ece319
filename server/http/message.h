// server/http/message.h
//
// Room: server/http. A request and a response as handlers see them: no Beast here, so handlers and tests compile fast.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::server {

enum class Method : std::uint8_t { get, head, post, put, del, options, other };
std::string_view method_name(Method method);  // GET, ...; "other" for those that no route knows

// Case-insensitive lookup; order kept. Names arrive as the client wrote them.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);
  std::string_view get(std::string_view name) const;  // "" when absent; first one wins
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Decoded key=value pairs of the URL query, and of the body when it is a form; URL first.
class Form {
 public:
  void add(std::string key, std::string value) { values_.emplace_back(std::move(key), std::move(value)); }
  bool has(std::string_view key) const;
  std::string_view get(std::string_view key) const;  // first value, "" when absent
  std::vector<std::string> all(std::string_view key) const;
  static void parse_into(std::string_view urlencoded, Form& form);  // tolerant, as Go's ParseQuery

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

struct RequestHead {
  Method method = Method::get;
  std::string method_text;
  std::string path;   // percent-decoded, without the query
  std::string query;  // raw, after '?'
  Headers headers;
  std::string remote_address;
  std::optional<std::uint64_t> content_length;  // absent: chunked or no body
};

struct Request {
  RequestHead head;
  std::string body;
  std::stop_token stop;  // tripped when the client goes away or the server stops
  Form form() const;     // URL query merged with an urlencoded body
};

// A body too large to hold: called until it returns false; each call appends a piece to `out`.
using BodySource = std::function<bool(std::string& out)>;

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  BodySource stream;              // when set, follows `body`, sent chunked
  bool close_connection = false;  // after this answer
  Response() = default;           // declared: gcc 12 destroys aggregate temporaries twice around co_await
  explicit Response(int code) : status(code) {}
  Response(int code, std::string text, std::string_view content_type) : status(code), body(std::move(text)) {
    headers.add("Content-Type", std::string(content_type));
  }
};

}  // namespace sluice::server
