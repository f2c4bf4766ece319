// load/audit/expectation.h
//
// Room: load/audit. What must, may and must not be found: one edition of one target over some rounds, computed again
// from the mesh and the ledger. No network here.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "load/audit/answer.h"
#include "load/plan/layout.h"
#include "load/plan/ledger.h"

namespace sluice::load {

struct Findings {
  std::uint64_t found = 0;            // samples in answers that were sent, with the right value
  std::uint64_t acknowledged = 0;     // samples that had to be there
  std::uint64_t lost = 0;             // acknowledged and not there
  std::uint64_t invented = 0;         // there, and never sent
  std::uint64_t wrong = 0;            // there with another value
  std::uint64_t undead = 0;           // series that still answer at the time of their stale marker
  std::vector<std::string> examples;  // at most kExamplesMax, of whatever went wrong

  static constexpr std::size_t kExamplesMax = 10;
  void example(std::string text);
  bool clean() const { return lost + invented + wrong + undead == 0; }
};

// Borrowed by every part of an audit.
struct AuditSubject {
  const Mesh& mesh;
  const Timebase& timebase;
  const Layout& layout;
  const Fleet& fleet;
  const Ledger& ledger;
  const std::vector<std::string>& tenants;
};

// Some rounds of one edition of one target, small enough for one answer.
struct Window {
  std::size_t tenant = 0;
  std::uint32_t target = 0;
  std::uint64_t first_round = 0, round_count = 0;
  // The moments it spans, exclusive and inclusive: exactly the left-open range [to - from] at `to`.
  std::int64_t after_ms = 0, until_ms = 0;
};

// Every window of a tenant's whole run.
std::vector<Window> windows_of(const AuditSubject& subject, std::size_t tenant);

// {job="...",instance="...",pod="..."}: exactly one target, one life.
std::string selector_of(const AuditSubject& subject, std::uint32_t target, std::uint64_t round);

// Of the series that a target stopped exposing in `round`, those that an answer still has.
std::vector<std::string> undead_of(const AuditSubject& subject, std::uint32_t target, std::uint64_t round,
                                   const std::vector<FoundSeries>& found);

class Expectation {
 public:
  Expectation(const AuditSubject& subject, const Window& window);
  void compare(const std::vector<FoundSeries>& found, Findings& findings);

 private:
  void compare_series(std::uint32_t index, const FoundSeries& found, Findings& findings);
  void count_lost(Findings& findings) const;
  Mark mark(std::uint32_t series, std::uint64_t round) const;
  std::string place(std::uint32_t series, std::uint64_t round) const;

  const AuditSubject& subject_;
  const Window window_;
  std::unordered_map<std::string, std::uint32_t> series_;  // by label text
  std::vector<std::string> texts_;                         // by series, in the order of Mesh::describe()
  std::vector<std::uint32_t> batch_;                       // by series
  std::vector<std::int64_t> times_ms_;                     // by round of the window, ascending
  std::vector<std::vector<double>> values_;                // by round of the window
  std::vector<bool> seen_;                                 // series x rounds of the window
};

}  // namespace sluice::load
