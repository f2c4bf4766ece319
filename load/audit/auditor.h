// load/audit/auditor.h
//
// Room: load/audit. Asks the query API for every sample of the run, a bounded piece at a time, and holds the answers
// against the ledger. What was acknowledged must be there; what was never sent must not; what is unknown may be either.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <optional>

#include "load/audit/expectation.h"
#include "load/net/http_client.h"

namespace sluice::load {

struct AuditOptions {
  Url base;                   // /api/v1/... is appended to its path
  std::string authorization;  // value of the header; empty: none
  std::size_t workers = 2;    // questions asked at once
};

class Auditor {
 public:
  using Progress = std::function<void(std::size_t done, std::size_t all, const Findings& findings)>;

  Auditor(const AuditSubject& subject, AuditOptions options, Progress progress);

  // Runs to the end. An Error means that the audit could not be done, not that it found something.
  Result<Findings> run();

 private:
  struct Task {  // one question and what to do with its answer
    std::size_t tenant = 0;
    std::string target;  // path and query
    std::function<Result<void>(const std::string& body)> judge;
  };
  boost::asio::awaitable<void> work();
  boost::asio::awaitable<Result<std::string>> ask(HttpConnection& connection, const Task& task);
  std::string query_target(const std::string& expression, std::int64_t time_ms) const;
  void add_windows(std::size_t tenant);
  void add_stale_checks();
  void add_strangers(std::size_t tenant);  // targets that the mesh does not have
  Result<void> judge_names(std::size_t tenant, const std::string& label, const std::string& body);

  const AuditSubject subject_;
  const AuditOptions options_;
  const Progress progress_;
  boost::asio::io_context io_{1};
  std::deque<Task> tasks_;
  std::size_t done_ = 0, all_ = 0;
  Findings findings_;
  std::optional<Error> failure_;
};

}  // namespace sluice::load
