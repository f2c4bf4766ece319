// server/ingest/histogram_assembly.h
//
// Room: server/ingest. One classic histogram on its way to a native one with custom buckets: which parts it has, and
// its scrapes that still wait for some of them. Senders split scrapes over requests and connections, and nothing in a
// request says which buckets belong to a scrape, so that is learned from the scrapes before.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "proto/model/histogram.h"
#include "server/ingest/classic_part.h"

namespace sluice::server {

// Not thread-safe.
class HistogramAssembly {
 public:
  // Scrapes remembered at one time; a further one pushes the oldest out, and that stays classic.
  static constexpr std::size_t kScrapesMax = 8;
  // Later scrapes that must have begun until the parts seen are taken for all there are.
  static constexpr std::size_t kScrapesToLearn = 2;
  static constexpr std::size_t kBoundsMax = 1024;

  struct Part {
    PartKind kind = PartKind::none;
    double bound = 0;
    std::int64_t timestamp_ms = 0;
    double value = 0;
    std::int64_t start_ms = 0;  // 0: unknown
  };
  // `request` numbers the push that brings it, ascending. A part of a scrape that is done or forgotten is ignored.
  void add(const Part& part, std::uint64_t request);

  struct Whole {
    std::int64_t timestamp_ms = 0, start_ms = 0;
    Histogram histogram;
  };
  // The scrapes that are whole now, ascending, a stale marker where all parts are; each is handed out once. Those whose
  // parts contradict each other are given up.
  std::vector<Whole> take_whole(std::uint64_t request);

  // Whether this scrape was handed out by this request's take_whole() and came with this request entirely.
  bool came_whole_with(std::uint64_t request, std::int64_t timestamp_ms) const;

  std::int64_t newest_ms() const { return scrapes_.empty() ? 0 : scrapes_.back().timestamp_ms; }
  std::uint64_t given_up() const { return given_up_; }  // scrapes that stay classic

 private:
  struct Scrape {
    std::int64_t timestamp_ms = 0, start_ms = 0;
    std::vector<std::pair<double, double>> buckets;  // bound, cumulative count
    std::optional<double> count, sum;
    std::uint64_t first_request = 0, last_request = 0;
    bool done = false;
  };
  Scrape* scrape_at(std::int64_t timestamp_ms, std::uint64_t request);
  void know_bound(double bound);
  bool is_whole(const Scrape& scrape) const;
  void push_out_oldest();
  void learn_anew_if_stuck();

  std::vector<double> bounds_;  // of the buckets it has, ascending
  bool learned_ = false;
  std::vector<Scrape> scrapes_;  // ascending, at most kScrapesMax
  std::uint64_t given_up_ = 0;
};

}  // namespace sluice::server
