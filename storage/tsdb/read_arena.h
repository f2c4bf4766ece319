// storage/tsdb/read_arena.h
//
// Room: storage/tsdb. The memory behind one read: what the spans of a SeriesBatch point into when they do not point
// into the head or a shared timeline. The batch keeps it alive. Addresses never move.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "proto/model/series_source.h"
#include "storage/frame/histogram_codec.h"

namespace sluice::storage {

class ReadArena {
 public:
  double* values(std::size_t count) { return take(values_, count); }
  std::int64_t* timestamps(std::size_t count) { return take(timestamps_, count); }
  std::vector<TimedHistogram>& histograms() { return histograms_.emplace_back(); }
  Histogram& copy(const Histogram& histogram) { return copies_.emplace_back(histogram); }
  std::vector<HistogramPoint>& points() { return points_.emplace_back(); }
  std::vector<StartTimestamp>& starts() { return starts_.emplace_back(); }
  void keep(std::shared_ptr<const void> owner) {
    if (owners_.empty() || owners_.back() != owner) owners_.push_back(std::move(owner));
  }

 private:
  static constexpr std::size_t kChunk = 16 * 1024;  // elements
  template <class T>
  struct Chunks {
    std::vector<std::unique_ptr<T[]>> all;
    T* next = nullptr;
    std::size_t left = 0;
  };
  template <class T>
  static T* take(Chunks<T>& chunks, std::size_t count) {
    if (count > chunks.left) {
      chunks.left = std::max(count, kChunk);
      chunks.all.push_back(std::make_unique_for_overwrite<T[]>(chunks.left));
      chunks.next = chunks.all.back().get();
    }
    T* const taken = chunks.next;
    chunks.next += count;
    chunks.left -= count;
    return taken;
  }

  Chunks<double> values_;
  Chunks<std::int64_t> timestamps_;
  std::deque<std::vector<TimedHistogram>> histograms_;
  std::deque<Histogram> copies_;
  std::deque<std::vector<HistogramPoint>> points_;
  std::deque<std::vector<StartTimestamp>> starts_;
  std::vector<std::shared_ptr<const void>> owners_;
};

}  // namespace sluice::storage
