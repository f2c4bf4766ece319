// promql/gomath/sort.h
//
// Room: promql/gomath. Go's sort.Sort and slices.SortFunc: which of two equals comes first, and what becomes of an
// order that contradicts itself (sort_by_label of series without the label), is this algorithm's choice and visible to
// users. A pattern-defeating quicksort, translated step by step.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace sluice::promql::go {

template <class T, class Less>
class Sorter {
 public:
  Sorter(std::span<T> data, Less less) : data_(data), less_(less) {}

  void run() { sort(0, size(), std::bit_width(data_.size())); }

 private:
  using Index = std::ptrdiff_t;
  enum class Hint : std::uint8_t { unknown, increasing, decreasing };
  struct Pivot {
    Index at;
    Hint hint;
  };
  static constexpr Index kInsertionMax = 12, kNintherMin = 50;

  Index size() const { return static_cast<Index>(data_.size()); }
  T& at(Index i) { return data_[static_cast<std::size_t>(i)]; }
  bool less(Index i, Index j) { return less_(at(i), at(j)); }
  void swap(Index i, Index j) { std::swap(at(i), at(j)); }

  void insertion_sort(Index a, Index b) {
    for (Index i = a + 1; i < b; ++i)
      for (Index j = i; j > a && less(j, j - 1); --j) swap(j, j - 1);
  }

  void sift_down(Index low, Index high, Index first) {
    for (Index root = low;;) {
      Index child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && less(first + child, first + child + 1)) ++child;
      if (!less(first + root, first + child)) return;
      swap(first + root, first + child);
      root = child;
    }
  }
  void heap_sort(Index a, Index b) {
    const Index high = b - a;
    for (Index i = (high - 1) / 2; i >= 0; --i) sift_down(i, high, a);
    for (Index i = high - 1; i >= 0; --i) {
      swap(a, a + i);
      sift_down(0, i, a);
    }
  }

  // `bad_pivots_max`: from then on it is heapsort.
  void sort(Index a, Index b, int bad_pivots_max) {
    bool balanced = true, partitioned = true;  // the last partition
    for (;;) {
      const Index length = b - a;
      if (length <= kInsertionMax) return insertion_sort(a, b);
      if (bad_pivots_max == 0) return heap_sort(a, b);
      if (!balanced) {
        break_patterns(a, b);
        --bad_pivots_max;
      }
      Pivot pivot = choose_pivot(a, b);
      if (pivot.hint == Hint::decreasing) {
        std::reverse(data_.begin() + a, data_.begin() + b);
        pivot = {(b - 1) - (pivot.at - a), Hint::increasing};
      }
      if (balanced && partitioned && pivot.hint == Hint::increasing && partial_insertion_sort(a, b)) return;
      if (a > 0 && !less(a - 1, pivot.at)) {  // many equals
        a = partition_equal(a, b, pivot.at);
        continue;
      }
      const Index middle = partition(a, b, pivot.at, partitioned);
      const Index left = middle - a, right = b - middle;
      balanced = std::min(left, right) >= length / 8;
      if (left < right) {
        sort(a, middle, bad_pivots_max);
        a = middle + 1;
      } else {
        sort(middle + 1, b, bad_pivots_max);
        b = middle;
      }
    }
  }

  Index partition(Index a, Index b, Index pivot, bool& already) {
    swap(a, pivot);
    Index i = a + 1, j = b - 1;
    already = true;
    for (;; already = false) {
      while (i <= j && less(i, a)) ++i;
      while (i <= j && !less(j, a)) --j;
      if (i > j) break;
      swap(i++, j--);
    }
    swap(j, a);
    return j;
  }

  Index partition_equal(Index a, Index b, Index pivot) {
    swap(a, pivot);
    Index i = a + 1, j = b - 1;
    for (;;) {
      while (i <= j && !less(a, i)) ++i;
      while (i <= j && less(a, j)) --j;
      if (i > j) return i;
      swap(i++, j--);
    }
  }

  // True: all is in order now.
  bool partial_insertion_sort(Index a, Index b) {
    constexpr int kRepairsMax = 5;
    constexpr Index kShiftingMin = 50;
    Index i = a + 1;
    for (int repairs = 0; repairs < kRepairsMax; ++repairs) {
      while (i < b && !less(i, i - 1)) ++i;
      if (i == b) return true;
      if (b - a < kShiftingMin) return false;
      swap(i, i - 1);
      if (i - a >= 2)
        for (Index j = i - 1; j >= 1 && less(j, j - 1); --j) swap(j, j - 1);
      if (b - i >= 2)
        for (Index j = i + 1; j < b && less(j, j - 1); ++j) swap(j, j - 1);
    }
    return false;
  }

  void break_patterns(Index a, Index b) {
    const Index length = b - a;
    if (length < 8) return;
    auto random = static_cast<std::uint64_t>(length);
    const std::uint64_t mask = (std::uint64_t{1} << std::bit_width(random)) - 1;
    const Index middle = a + length / 4 * 2;
    for (Index i = middle - 1; i <= middle + 1; ++i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      auto other = static_cast<Index>(random & mask);
      if (other >= length) other -= length;
      swap(i, a + other);
    }
  }

  Pivot choose_pivot(Index a, Index b) {
    constexpr int kSwapsMax = 4 * 3;
    const Index length = b - a;
    Index i = a + length / 4, j = a + length / 4 * 2, k = a + length / 4 * 3;
    int swaps = 0;
    if (length >= kNintherMin) {
      i = median(i - 1, i, i + 1, swaps);
      j = median(j - 1, j, j + 1, swaps);
      k = median(k - 1, k, k + 1, swaps);
    }
    j = median(i, j, k, swaps);
    if (swaps == 0) return {j, Hint::increasing};
    return {j, swaps == kSwapsMax ? Hint::decreasing : Hint::unknown};
  }

  Index median(Index a, Index b, Index c, int& swaps) {
    order(a, b, swaps);
    order(b, c, swaps);
    order(a, b, swaps);
    return b;
  }
  void order(Index& a, Index& b, int& swaps) {
    if (!less(b, a)) return;
    ++swaps;
    std::swap(a, b);
  }

  const std::span<T> data_;
  Less less_;
};

template <class T, class Less>
void sort(std::span<T> data, Less less) {
  Sorter<T, Less>(data, less).run();
}

}  // namespace sluice::promql::go
