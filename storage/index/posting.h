// storage/index/posting.h
//
// Room: storage/index. The series that carry one label pair: a few runs of consecutive refs at the end, and a roaring
// bitmap for what is older. Series are registered scrape by scrape, so most appends only lengthen the last run.
// Thread safety: none; SeriesIndex guards it.
#pragma once

#include <cstdint>
#include <memory>
#include <roaring/roaring.hh>
#include <vector>

namespace sluice::storage {

using RefSet = Roaring;  // SeriesRef values

class Posting {
 public:
  void append(std::uint32_t ref);  // greater than all before
  std::uint32_t count() const { return count_; }
  void add_to(RefSet& set) const;  // union
  void intersect(RefSet& set) const;
  bool meets(const RefSet& set) const;  // at least one ref in common
  std::size_t memory_bytes() const;     // beside sizeof(Posting)

 private:
  static constexpr std::size_t kRunsMax = 32;  // then they move to the bitmap
  struct Run {
    std::uint32_t first = 0, count = 0;
  };
  void move_runs();
  static void add_runs(const std::vector<Run>& runs, RefSet& set);

  std::unique_ptr<RefSet> older_;  // null while the runs suffice
  std::vector<Run> runs_;
  std::uint32_t count_ = 0;
  std::uint32_t optimize_at_ = 4096;  // count at which the bitmap looks for runs again
};

}  // namespace sluice::storage
