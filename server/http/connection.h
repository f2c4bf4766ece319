// server/http/connection.h
//
// Room: server/http. One connection: reads requests, asks the router, leaves for a pool, sends answers, in order.
// It is born, lives and dies on one I/O thread; nothing here is locked.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <vector>

#include "server/http/deadline.h"
#include "server/http/input_buffer.h"
#include "server/http/request_parser.h"
#include "server/http/server.h"
#include "server/http/work_pool.h"

namespace sluice::server {

// Bodies are large and requests many: their memory is lent, not allocated. One per I/O thread.
class BodyBuffers {
 public:
  std::string take();
  void give_back(std::string body);

 private:
  static constexpr std::size_t kKept = 16;
  static constexpr std::size_t kKeptBytesMax = 4u << 20;
  std::vector<std::string> free_;
};

class Connection;

// What the connections of one I/O thread share.
struct Loop {
  const ServerOptions& options;
  const Router& router;
  HttpObserver& observer;
  WorkPool& ingest_pool;
  WorkPool& query_pool;
  BodyBuffers bodies;
  std::unordered_set<Connection*> connections;
  bool draining = false;
};

class Connection {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  Connection(Socket socket, Loop& loop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  boost::asio::awaitable<void> run();

  // Called by the loop, on the connection's own thread, while run() waits for something.
  void sweep(Deadline::Clock::time_point now);
  void close_if_idle();
  void abort();

 private:
  static constexpr std::uint64_t kDiscardBytesMax = 1u << 20;  // a refused body up to this is read, to go on after it

  struct Exchange {  // one request and its answer
    Request request;
    Framing framing;
    Router::Match match;
    AdmitDecision decision;
    Response response;
    std::stop_source stop{std::nostopstate};
    Deadline::Clock::time_point started;
    std::uint64_t answer_bytes = 0;
    bool stream_broke = false;
    Exchange();  // out of line: clang 14 does not believe a nested class default-constructible before its outer one ends
  };

  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<Result<void>> read_head();
  boost::asio::awaitable<Result<void>> read_body();
  boost::asio::awaitable<Result<void>> read_counted_body(std::uint64_t length);
  boost::asio::awaitable<Result<void>> read_chunked_body(std::uint64_t bytes_max);
  boost::asio::awaitable<bool> refuse();
  boost::asio::awaitable<void> give_up(Error error, int too_large_status);
  boost::asio::awaitable<void> run_on_pool(WorkPool& pool);
  boost::asio::awaitable<void> answer();
  boost::asio::awaitable<bool> send(bool keep_alive);
  boost::asio::awaitable<bool> send_stream(bool in_chunks);
  boost::asio::awaitable<bool> write_all(std::string_view bytes);
  boost::asio::awaitable<bool> discard(std::uint64_t byte_count);
  boost::asio::awaitable<bool> read_more();
  boost::asio::awaitable<void> linger();

  bool decide();  // false: exchange_.response holds a refusal, and the body stays unread
  bool admitted();
  std::uint64_t body_bytes_max() const;
  void run_handler();
  void pull_stream(std::string& piece, bool& more);
  void dress_answer();
  void watch_for_disconnect();
  Error why_reading_stopped() const;
  WorkPool* pool();
  std::uint64_t turn() const;
  void report();

  Socket socket_;
  Loop& loop_;
  std::string remote_address_;
  InputBuffer input_;
  std::string output_;
  Deadline deadline_;
  bool timed_out_ = false;
  bool idle_ = false;
  bool nothing_under_way_ = false;  // it ended between requests
  std::shared_ptr<bool> watching_;
  std::optional<RequestParser> parser_;
  std::optional<Exchange> exchange_;
};

}  // namespace sluice::server
