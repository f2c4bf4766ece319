#include "load/mesh/spell.h"

#include <algorithm>

#include "proto/base/check.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

bool meets_releases(const Rollouts& rollouts, std::optional<std::size_t> party, std::optional<std::size_t> own) {
  return party && party != own && rollouts.new_versions(*party);
}

// One party on its way through the releases that the process meets.
class Side {
 public:
  Side(const Rollouts& rollouts, std::optional<std::size_t> party, std::optional<std::size_t> own, const Life& life,
       std::int64_t now_ms)
      : rollouts_(rollouts), party_(party), changes_(meets_releases(rollouts, party, own)) {
    if (party_ && party_ == own && rollouts.new_versions(*party_)) release_ = newest_ = life.release;
    if (!changes_) return;
    release_ = rollouts_.oldest_release(*party_, life.born_ms);
    newest_ = rollouts_.newest_release(*party_, now_ms);
  }
  std::uint64_t release() const { return release_; }
  std::uint64_t newest() const { return newest_; }
  std::int64_t next_begins_ms() const { return changes_ ? rollouts_.first_turn_ms(*party_, release_ + 1) : kNever; }
  std::int64_t this_ends_ms() const { return changes_ ? rollouts_.last_turn_ms(*party_, release_ + 1) : kNever; }
  void advance() { ++release_; }

 private:
  const Rollouts& rollouts_;
  const std::optional<std::size_t> party_;
  const bool changes_;
  std::uint64_t release_ = 0, newest_ = 0;
};

}  // namespace

std::size_t spells_max(const Rollouts& rollouts, const Parties& parties, std::optional<std::size_t> own) {
  return 1 + (meets_releases(rollouts, parties.source, own) ? 1U : 0U) +
         (meets_releases(rollouts, parties.destination, own) ? 1U : 0U);
}

std::optional<Spell> spell_at(const Rollouts& rollouts, const Parties& parties, std::optional<std::size_t> own,
                              const Life& life, std::size_t slot, std::int64_t now_ms) {
  Side source(rollouts, parties.source, own, life, now_ms),
      destination(rollouts, parties.destination, own, life, now_ms);
  const auto next = [&]() -> Side& {
    return source.next_begins_ms() <= destination.next_begins_ms() ? source : destination;
  };
  // Spells of an edge are numbered by the sum of both releases: each change of either adds one.
  const std::uint64_t slots = spells_max(rollouts, parties, own);
  const std::uint64_t oldest = source.release() + destination.release();
  const std::uint64_t newest = source.newest() + destination.newest();
  DCHECK(newest - oldest < slots);
  const std::uint64_t wanted = oldest + (slot + slots - oldest % slots) % slots;
  if (wanted > newest) return std::nullopt;
  Spell spell;
  spell.from_ms = life.born_ms;
  for (std::uint64_t number = oldest; number < wanted; ++number) {
    spell.from_ms = std::max(spell.from_ms, next().next_begins_ms());
    next().advance();
  }
  spell.source_release = source.release();
  spell.destination_release = destination.release();
  spell.until_ms = next().this_ends_ms();
  return spell;
}

}  // namespace sluice::load
