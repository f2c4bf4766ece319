// storage/disk/journal.h
//
// Room: storage/disk. The log of accepted parts: what is in it survives. What a record means is tsdb's business.
// An interface from the first day: the embedded form lives in the `journal` family; a distributed log would be another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "proto/base/error.h"
#include "storage/disk/disk.h"

namespace sluice::storage {

// Of a record; 0 stands before the first. Ascending, unique, without meaning otherwise.
using JournalPosition = std::uint64_t;

// Thread safety: append() from several threads at once; replay() and truncate() beside it.
class Journal {
 public:
  using Visit = std::function<Result<void>(JournalPosition, std::string_view record)>;

  virtual ~Journal() = default;
  // All records or none, in one write. Returns the position of the last. unavailable: nothing was kept, or (rarely,
  // when the write failed half-way) a start before the next append that succeeds may find them: records must be
  // harmless when seen again.
  virtual Result<JournalPosition> append(std::span<const std::string_view> records, Sync sync) = 0;
  virtual Result<void> replay(JournalPosition after, const Visit& visit) const = 0;  // in order; stops at an error
  virtual Result<void> truncate(JournalPosition up_to) = 0;                          // inclusive
  virtual JournalPosition last() const = 0;                                          // the newest position handed out
  virtual std::uint64_t appended_bytes() const = 0;                                  // since it was opened
};

// `floor`: everything up to here was truncated before. Positions continue behind it and behind what is stored.
Result<std::unique_ptr<Journal>> open_journal(Disk& disk, JournalPosition floor);

}  // namespace sluice::storage
