// load/plan/timebase.h
//
// Room: load/plan. Which timestamps the scrapes of round r carry. Two kinds:
//   grid   rounds lie one interval apart; targets are spread evenly over the interval, with a few milliseconds of
//   jitter
//          now and then, as real scrapes have. For real time and for back-fill.
//   stamp  a round carries the wall clock of the moment it was begun. For flat out and fixed rates, where rounds come
//   as
//          fast as they are taken and yet may not run into the future.
#pragma once

#include <cstdint>
#include <vector>

namespace sluice::load {

class Timebase {
 public:
  static Timebase grid(std::int64_t start_ms, std::int64_t interval_ms, std::uint64_t seed);
  static Timebase stamps(std::uint64_t seed);

  bool is_grid() const { return interval_ms_ > 0; }
  std::int64_t interval_ms() const { return interval_ms_; }
  std::int64_t offset_ms(std::size_t page) const;  // of its scrapes within the interval; 0 without a grid

  // The round's own moment: decides which pods live. Stamps: the round must have begun.
  std::int64_t base_ms(std::uint64_t round) const;
  std::int64_t scrape_ms(std::size_t page, std::uint64_t round) const;
  std::int64_t last_scrape_ms(std::uint64_t round) const;  // no scrape of the round is later

  bool has_begun(std::uint64_t round) const { return is_grid() || round < stamps_.size(); }
  // Stamps: gives round `stamps so far` its time, later than every round before it. Returns it.
  std::int64_t begin_round(std::int64_t now_ms);
  const std::vector<std::int64_t>& stamps() const { return stamps_; }
  void restore_stamp(std::uint64_t round, std::int64_t stamp_ms);  // from a ledger; in any order

 private:
  Timebase(std::int64_t first_cell, std::int64_t interval_ms, std::uint64_t seed)
      : first_cell_(first_cell), interval_ms_(interval_ms), seed_(seed) {}

  std::int64_t first_cell_ = 0;   // of the grid: start / interval
  std::int64_t interval_ms_ = 0;  // 0: stamps
  std::uint64_t seed_ = 0;
  std::vector<std::int64_t> stamps_;
};

}  // namespace sluice::load
