// load/body/body_template.h
//
// Room: load/body. A request body that is compressed once and sent many times.
//
// The labels of a scrape never change, only its values and timestamps do. So the body is compressed with filler in the
// place of every sample, chosen so that snappy finds no match in it: each sample then lies as a literal in the
// compressed stream, and sending means copying some 90 bytes a series and overwriting 15 of them. Compressing 1.3 kB of
// labels anew for each sample would cost more than a good receiver needs to take it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "load/body/encode.h"

namespace sluice::load {

class BodyTemplate {
 public:
  std::size_t sample_count() const { return spots_.size(); }
  std::size_t message_bytes() const { return message_bytes_; }  // uncompressed
  std::size_t body_bytes() const { return bytes_.size(); }

  // Copies the body to `out`; then fill() each sample in it. Order: as the series were added.
  void copy_to(std::string& out) const { out.assign(bytes_); }
  void fill(std::size_t sample, double value, const char* six_timestamp_bytes, std::string& body) const;

 private:
  friend class BodyBuilder;
  std::string bytes_;                 // snappy block format
  std::vector<std::uint32_t> spots_;  // where in bytes_ each sample's value begins
  std::size_t message_bytes_ = 0;
};

// Collects series, then compresses. For bodies that are sent once (stale markers) the template is simply used once.
class BodyBuilder {
 public:
  explicit BodyBuilder(Protocol protocol) : protocol_(protocol) {}
  void add(std::span<const LabelRef> labels, MetricType type);
  BodyTemplate build();

 private:
  std::size_t begin_of(std::size_t series) const { return series == 0 ? 0 : ends_[series - 1]; }
  std::size_t piece_end(std::size_t first) const;
  void append_piece(std::size_t first, std::size_t last, BodyTemplate& result) const;

  const Protocol protocol_;
  SymbolTable symbols_;
  std::string series_;              // encoded, one after the other
  std::vector<std::size_t> spots_;  // in series_
  std::vector<std::size_t> ends_;   // of each series in series_
};

std::string snappy_block(std::string_view message);  // for messages without samples

}  // namespace sluice::load
