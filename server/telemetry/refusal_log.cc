#include "server/telemetry/refusal_log.h"

namespace sluice::server {

void RefusalLog::forget_old(std::chrono::steady_clock::time_point now) {
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.written_at >= interval_; });
}

void RefusalLog::note(std::string_view tenant, std::string_view reason, std::uint64_t count, std::string_view example) {
  std::uint64_t refused = count;
  {
    MutexLock lock(mutex_);
    const auto now = clock_.steady_now();
    if (entries_.size() >= kEntriesMax) forget_old(now);
    if (entries_.size() >= kEntriesMax) return;  // so many different ones within an interval: the metrics still count
    std::string key(tenant);
    key.append(1, '\0').append(reason);
    const auto [at, is_new] = entries_.try_emplace(std::move(key));
    Entry& entry = at->second;
    entry.unwritten += count;
    if (!is_new && now - entry.written_at < interval_) return;
    refused = entry.unwritten;
    entry = Entry{now, 0};
  }
  log_.warn("refused", {{"tenant", std::string(tenant)},
                        {"reason", std::string(reason)},
                        {"count", std::to_string(refused)},
                        {"example", std::string(example)}});
}

}  // namespace sluice::server
