// server/http/server.h
//
// Room: server/http. The listener: threads, acceptors, connections. Everything a stranger can make it hold has a limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "proto/base/error.h"
#include "server/http/handler.h"
#include "server/http/observer.h"

namespace sluice::server {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, not a name
  std::uint16_t port = 9009;       // 0: any free one, see HttpServer::port()
  unsigned io_threads = 1;
  unsigned ingest_threads = 4;  // they wait for the disk together, so that one sync serves several pushes
  unsigned query_threads = 2;
  std::uint32_t ingest_queue_max = 256;  // pushes being stored or waiting to be; more are answered 503
  std::uint32_t query_queue_max = 256;   // queries running or waiting for a thread
  std::uint32_t connections_max = 10'000;
  std::uint32_t head_bytes_max = 64u << 10;         // request line and headers; a long GET query fits
  std::uint64_t body_bytes_max = 1u << 20;          // where a route says nothing
  std::chrono::milliseconds head_timeout{10'000};   // from the first byte of a request to the end of its head
  std::chrono::milliseconds body_timeout{60'000};   // the whole body
  std::chrono::milliseconds idle_timeout{120'000};  // between requests; Go's clients give up after 90 s
  std::chrono::milliseconds write_timeout{30'000};  // without any progress
  std::chrono::milliseconds sweep_interval{200};    // how late a deadline may fire
};

class HttpServer {
 public:
  // `router` and `observer` outlive the server; routes do not change once it started.
  HttpServer(const ServerOptions& options, const Router& router, HttpObserver& observer);
  ~HttpServer();  // as drain() with no budget
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Listens and serves on its own threads. Errors: invalid_argument (address), unavailable (port taken).
  Result<void> start();
  std::uint16_t port() const;

  // Stops accepting, closes idle connections, lets requests under way end within `budget`; then trips their stop tokens
  // and closes their sockets. Returns when all threads have ended. False: the budget was not enough.
  bool drain(std::chrono::milliseconds budget);

  std::uint32_t connections() const;
  std::uint32_t ingest_queue() const;
  std::uint32_t query_queue() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::server
