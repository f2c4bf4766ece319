// storage/head/timeline.h
//
// Room: storage/head. A sequence of timestamps that many series share (the scrapes of one target), or one series' own.
// A position names a timestamp for as long as it is kept; positions only grow. Thread safety: none; the head's lock
// guards it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace sluice::storage {

class Timeline {
 public:
  enum class Kind : std::uint8_t { shared, own };
  Timeline(Kind kind, std::uint64_t serial) : kind_(kind), serial_(serial) {}

  bool shared() const { return kind_ == Kind::shared; }
  std::uint64_t serial() const { return serial_; }  // unlike ids, never reused
  std::uint32_t first() const { return first_; }    // oldest position kept
  std::uint32_t end() const { return raw_first_ + static_cast<std::uint32_t>(raw_.size()); }
  std::int64_t last_ms() const { return raw_.back(); }  // not empty

  void append(std::int64_t timestamp_ms);          // after last_ms()
  std::int64_t at(std::uint32_t position) const {  // first() <= position < end(); O(1) among the newest
    return position >= raw_first_ ? raw_[position - raw_first_] : at_sealed(position);
  }
  std::uint32_t lower_bound(std::int64_t timestamp_ms) const;          // first position not before it; end(): none
  std::optional<std::uint32_t> find(std::int64_t timestamp_ms) const;  // exactly it
  void copy(std::uint32_t from, std::uint32_t to, std::int64_t* out) const;  // [from, to)
  void drop_before(std::uint32_t position);  // whole sealed runs only; the newest timestamps always stay
  std::size_t memory_bytes() const;

 private:
  static constexpr std::uint32_t kRun = 64;  // timestamps sealed together
  struct Sealed {
    std::int64_t first_ms = 0;
    std::string bytes;  // of timestamp_codec; a regular scrape fits the string itself
  };
  void unpack(const Sealed& run, std::int64_t* out) const;
  std::int64_t at_sealed(std::uint32_t position) const;
  void seal();

  Kind kind_;
  std::uint64_t serial_;
  std::uint32_t first_ = 0;      // of sealed_.front(), or of raw_
  std::uint32_t raw_first_ = 0;  // position of raw_[0]
  std::deque<Sealed> sealed_;
  std::vector<std::int64_t> raw_;  // not empty once there was a timestamp
};

}  // namespace sluice::storage
