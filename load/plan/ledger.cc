#include "load/plan/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "proto/base/check.h"

namespace sluice::load {
namespace {

constexpr std::string_view kMagic = "sluice-load ledger 1\n";
constexpr std::string_view kHeaderEnd = "\n---\n";
constexpr std::size_t kHeaderBytesMax = 64 << 10;

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

// In the file after the header, little-endian as the machine writes it: the file is read where it was written.
struct Ledger::Record {
  std::uint8_t kind = 'B';  // B: batch, S: stale markers, T: a round's stamp
  Mark mark = Mark::unsent;
  std::uint16_t tenant = 0;
  std::uint32_t place = 0;  // batch, or target
  std::uint64_t round = 0;
  std::int64_t extra = 0;  // shard, or stamp in ms
};

Ledger::Ledger(Ledger&& other) noexcept
    : batches_(other.batches_),
      rows_(std::move(other.rows_)),
      stale_marks_(std::move(other.stale_marks_)),
      file_(std::exchange(other.file_, -1)),
      file_failed_(other.file_failed_) {}

Ledger::~Ledger() {
  if (file_ >= 0) ::close(file_);
}

Result<void> Ledger::open_file(const std::string& path, const std::string& header) {
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) return fail(Errc::invalid_argument, "cannot create the ledger " + path + ": " + reason(errno));
  const std::string head = std::string(kMagic) + header + std::string(kHeaderEnd);
  if (::write(file_, head.data(), head.size()) != static_cast<ssize_t>(head.size()))
    return fail(Errc::unavailable, "cannot write the ledger " + path + ": " + reason(errno));
  return {};
}

Result<std::string> Ledger::read_header(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot open the ledger " + path);
  std::string head(kHeaderBytesMax, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  const std::size_t end = head.find(kHeaderEnd);
  if (!head.starts_with(kMagic) || end == std::string::npos)
    return fail(Errc::corrupt, path + " is not a ledger of sluice-load");
  return head.substr(kMagic.size(), end - kMagic.size());
}

Result<void> Ledger::read_file(const std::string& path, Timebase& timebase) {
  const auto header = read_header(path);
  if (!header) return tl::unexpected(header.error());
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(kMagic.size() + header->size() + kHeaderEnd.size()));
  Record record;  // a last record that was cut by a kill is not read: it was never acted upon
  while (file.read(reinterpret_cast<char*>(&record), sizeof(record))) {
    if (record.kind != 'T' && (record.tenant >= rows_.size() || (record.kind == 'B' && record.place >= batches_)))
      return fail(Errc::corrupt, path + ": a record names a tenant or batch that its header does not have");
    apply(record, timebase);
  }
  return {};
}

void Ledger::apply(const Record& record, Timebase& timebase) {
  if (record.kind == 'T') timebase.restore_stamp(record.round, record.extra);
  if (record.kind == 'B') remember(record.tenant, record.round, record.place, record.mark);
  if (record.kind == 'S')
    remember_stale({record.tenant, record.place, static_cast<std::uint32_t>(record.extra), record.round, record.mark});
}

void Ledger::set(std::size_t tenant, std::uint64_t round, std::size_t batch, Mark mark) {
  remember(tenant, round, batch, mark);
  write({'B', mark, static_cast<std::uint16_t>(tenant), static_cast<std::uint32_t>(batch), round, 0});
}

void Ledger::set_stale(const StaleMark& mark) {
  remember_stale(mark);
  write({'S', mark.mark, static_cast<std::uint16_t>(mark.tenant), mark.target, mark.round, mark.shard});
}

void Ledger::stamp(std::uint64_t round, std::int64_t stamp_ms) { write({'T', Mark::unsent, 0, 0, round, stamp_ms}); }

void Ledger::remember(std::size_t tenant, std::uint64_t round, std::size_t batch, Mark mark) {
  auto& rows = rows_[tenant];
  const std::size_t needed = (round + 1) * row_bytes();
  CHECK(needed <= kBytesMax);
  if (rows.size() < needed) rows.resize(needed);
  std::uint8_t& byte = rows[round * row_bytes() + batch / 4];
  const int shift = 2 * static_cast<int>(batch % 4);
  byte = static_cast<std::uint8_t>((byte & ~(3 << shift)) | static_cast<int>(mark) << shift);
}

Mark Ledger::get(std::size_t tenant, std::uint64_t round, std::size_t batch) const {
  const std::size_t at = round * row_bytes() + batch / 4;
  return at < rows_[tenant].size() ? static_cast<Mark>(rows_[tenant][at] >> (2 * (batch % 4)) & 3) : Mark::unsent;
}

void Ledger::remember_stale(const StaleMark& mark) {
  const auto same = [&](const StaleMark& m) {
    return m.round == mark.round && m.target == mark.target && m.shard == mark.shard && m.tenant == mark.tenant;
  };
  // The matching `sent` is always among the latest ones: each shard has one delivery under way.
  for (auto it = stale_marks_.rbegin(); it != stale_marks_.rend() && it - stale_marks_.rbegin() < 4096; ++it)
    if (same(*it)) {
      it->mark = mark.mark;
      return;
    }
  if (stale_marks_.size() < kStaleMarksMax) stale_marks_.push_back(mark);
}

void Ledger::write(const Record& record) {
  if (file_ < 0) return;
  if (::write(file_, &record, sizeof(record)) != static_cast<ssize_t>(sizeof(record))) file_failed_ = true;
}

}  // namespace sluice::load
