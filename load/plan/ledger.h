// load/plan/ledger.h
//
// Room: load/plan. What became of each batch of each round: the memory an audit needs. Two bits a batch, because what
// was in a batch can be computed again. With a file, every mark is written before the next step is taken, so a
// generator that is killed has forgotten nothing it was told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/plan/timebase.h"
#include "proto/base/error.h"

namespace sluice::load {

enum class Mark : std::uint8_t {
  unsent,        // must not be there
  sent,          // on its way, or its answer was never seen: may be there
  refused,       // answered 4xx: the receiver may have kept the valid part
  acknowledged,  // must be there
};

struct StaleMark {  // the stale markers of one replaced target, as far as one shard carries them
  std::uint32_t tenant = 0, target = 0, shard = 0;
  std::uint64_t round = 0;
  Mark mark = Mark::unsent;
};

class Ledger {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{1} << 30;  // 4 G batches: years of a large mesh
  static constexpr std::size_t kStaleMarksMax = 1 << 20;          // later ones are not audited

  Ledger(std::size_t tenants, std::size_t batches) : batches_(batches), rows_(tenants) {}
  Ledger(Ledger&& other) noexcept;
  Ledger& operator=(Ledger&&) = delete;
  ~Ledger();

  // Starts a file with `header`, which says how to build the mesh again. Refuses to overwrite an existing one.
  Result<void> open_file(const std::string& path, const std::string& header);
  static Result<std::string> read_header(const std::string& path);
  Result<void> read_file(const std::string& path, Timebase& timebase);

  void set(std::size_t tenant, std::uint64_t round, std::size_t batch, Mark mark);
  void set_stale(const StaleMark& mark);
  void stamp(std::uint64_t round, std::int64_t stamp_ms);  // file only: Timebase remembers by itself

  Mark get(std::size_t tenant, std::uint64_t round, std::size_t batch) const;
  std::uint64_t rounds(std::size_t tenant) const { return rows_[tenant].size() / row_bytes(); }
  const std::vector<StaleMark>& stale_marks() const { return stale_marks_; }
  bool file_failed() const { return file_failed_; }

 private:
  struct Record;
  std::size_t row_bytes() const { return (batches_ + 3) / 4; }
  void remember(std::size_t tenant, std::uint64_t round, std::size_t batch, Mark mark);
  void remember_stale(const StaleMark& mark);
  void write(const Record& record);
  void apply(const Record& record, Timebase& timebase);

  const std::size_t batches_;
  std::vector<std::vector<std::uint8_t>> rows_;  // by tenant: rounds x batches x 2 bits
  std::vector<StaleMark> stale_marks_;
  int file_ = -1;
  bool file_failed_ = false;
};

}  // namespace sluice::load
