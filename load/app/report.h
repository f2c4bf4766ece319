// load/app/report.h
//
// Room: load/app. What the user sees: a line that moves, and a summary at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "load/audit/expectation.h"
#include "load/mesh/mesh.h"
#include "load/send/stats.h"

namespace sluice::load {

struct Progress {
  double elapsed_s = 0;
  double own_cpu_s = 0;  // of this process, user and system, since sending began
  std::uint64_t rounds = 0;
  std::uint64_t series = 0;  // of all tenants
  std::size_t tenants = 1;
  std::uint64_t rollouts = 0;  // begun
};

class LiveLine {
 public:
  LiveLine();
  void draw(const Progress& progress, Stats& stats);  // clears stats.recent and stats.news
  void end();

 private:
  const bool terminal_;
  std::uint64_t last_samples_ = 0;
  double last_s_ = 0, last_shown_s_ = 0;
};

std::string summary_text(const Progress& progress, const Stats& stats);
std::string summary_json(const Progress& progress, const Stats& stats, const std::string& audit_json);
std::string audit_text(const Findings& findings);
std::string audit_json(const Findings& findings);
double process_cpu_s();
std::string grouped(std::uint64_t number);  // 1,234,567
std::string json_string(std::string_view text);

}  // namespace sluice::load
