#include "storage/frame/start_codec.h"

#include <algorithm>

#include "storage/frame/varint.h"

// starts := count:varint  per change: from_ms - from_ms before:signed  start_ms - start_ms before:signed

namespace sluice::storage {
namespace {

std::uint64_t u(std::int64_t v) { return static_cast<std::uint64_t>(v); }
std::int64_t s(std::uint64_t v) { return static_cast<std::int64_t>(v); }

// First change after timestamp_ms.
auto after(std::span<const StartChange> changes, std::int64_t timestamp_ms) {
  return std::upper_bound(changes.begin(), changes.end(), timestamp_ms,
                          [](std::int64_t t, const StartChange& change) { return t < change.from_ms; });
}

// Puts a change at from_ms: replaces the one that stands there.
void set_change(std::vector<StartChange>& changes, StartChange change) {
  const auto at = std::lower_bound(changes.begin(), changes.end(), change.from_ms,
                                   [](const StartChange& c, std::int64_t t) { return c.from_ms < t; });
  if (at != changes.end() && at->from_ms == change.from_ms)
    *at = change;
  else
    changes.insert(at, change);
}

void drop_repetitions(std::vector<StartChange>& changes) {
  const auto same = [](const StartChange& a, const StartChange& b) { return a.start_ms == b.start_ms; };
  changes.erase(std::unique(changes.begin(), changes.end(), same), changes.end());
}

}  // namespace

void note_start(std::vector<StartChange>& changes, std::int64_t timestamp_ms, std::int64_t start_ms, bool newest) {
  const std::int64_t now = start_at(changes, timestamp_ms);
  if (now == start_ms) return;
  set_change(changes, {timestamp_ms, start_ms});
  const bool followed =
      std::any_of(changes.begin(), changes.end(), [&](const StartChange& c) { return c.from_ms == timestamp_ms + 1; });
  if (!newest && !followed) set_change(changes, {timestamp_ms + 1, now});
  drop_repetitions(changes);
}

std::int64_t start_at(std::span<const StartChange> changes, std::int64_t timestamp_ms) {
  const auto next = after(changes, timestamp_ms);
  return next == changes.begin() ? 0 : std::prev(next)->start_ms;
}

void expand_starts(std::span<const StartChange> changes, std::span<const std::int64_t> timestamps_ms,
                   std::vector<StartTimestamp>& out) {
  if (timestamps_ms.empty()) return;
  auto next = after(changes, timestamps_ms.front());
  std::int64_t start_ms = next == changes.begin() ? 0 : std::prev(next)->start_ms;
  for (const std::int64_t t : timestamps_ms) {
    for (; next != changes.end() && next->from_ms <= t; ++next) start_ms = next->start_ms;
    if (start_ms != 0) out.push_back({t, start_ms});
  }
}

void encode_starts(std::span<const StartChange> changes, std::string& out) {
  put_varint(out, changes.size());
  StartChange before;
  for (const StartChange& change : changes) {
    put_signed(out, s(u(change.from_ms) - u(before.from_ms)));
    put_signed(out, s(u(change.start_ms) - u(before.start_ms)));
    before = change;
  }
}

bool decode_starts(std::string_view& bytes, std::vector<StartChange>& out) {
  std::uint64_t count = 0;
  if (!get_varint(bytes, count) || count > kStartChangesMax || count > bytes.size()) return false;
  StartChange before;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::int64_t from = 0, start = 0;
    if (!get_signed(bytes, from) || !get_signed(bytes, start)) return false;
    before = {s(u(before.from_ms) + u(from)), s(u(before.start_ms) + u(start))};
    out.push_back(before);
  }
  return true;
}

}  // namespace sluice::storage
