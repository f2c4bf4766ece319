#include "storage/tsdb/housekeeper.h"

namespace sluice::storage {

namespace {

constexpr std::chrono::minutes kAfterFailure{1};  // a disk that refuses is not asked again at once

}  // namespace

Housekeeper::Housekeeper(Store& store, Flusher& flusher, Compactor& compactor)
    : store_(store),
      flusher_(flusher),
      compactor_(compactor),
      next_flush_(store.clock.steady_now() + std::chrono::milliseconds(store.options.flush_interval_ms)),
      retry_compaction_(store.clock.steady_now()),
      thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

Housekeeper::~Housekeeper() = default;  // jthread asks and waits

void Housekeeper::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kRound, [] { return false; });
    if (!stop.stop_requested()) round(stop);
  }
}

bool Housekeeper::head_is_over_budget() const {
  if (store_.options.head_bytes_max == 0) return false;
  std::uint64_t bytes = 0;
  for (const auto& tenant : store_.tenants.all()) bytes += tenant->head.memory_bytes();
  return bytes > store_.options.head_bytes_max;
}

// At most once in kAfterFailure each.
void Housekeeper::tell(const char* what, const Error& error) const {
  if (!store_.options.warn || error.code() == Errc::cancelled) return;
  store_.options.warn(std::string(what) + " and is tried again in a minute: " + error.detail());
}

bool Housekeeper::flush_is_due() const {
  return store_.clock.steady_now() >= next_flush_ || flusher_.journal_bytes() > kJournalBytesMax;
}

void Housekeeper::round(std::stop_token stop) {
  [[maybe_unused]] const auto probed = store_.watch.admit();  // so that health() is true also when nobody writes
  const auto now = store_.clock.steady_now();
  if (flush_is_due()) {
    const auto flushed = flusher_.flush();
    if (!flushed) tell("a flush failed", flushed.error());
    next_flush_ = now + (flushed ? std::chrono::milliseconds(store_.options.flush_interval_ms)
                                 : std::chrono::milliseconds(kAfterFailure));
    flusher_.evict();
  } else if (head_is_over_budget()) {
    flusher_.evict();
  }
  // One step a round: a long backlog must not keep the next flush waiting.
  if (now < retry_compaction_ || stop.stop_requested()) return;
  if (const auto stepped = compactor_.step(stop); !stepped) {
    tell("a compaction failed", stepped.error());
    retry_compaction_ = now + kAfterFailure;
  }
}

}  // namespace sluice::storage
