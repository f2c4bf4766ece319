#include "storage/index/matcher_cache.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kStopEvery = 1024;  // values between two looks at the stop token: some 200 us of RE2

bool tells(const Matcher& matcher, std::string_view value) {
  const bool regex = matcher.op() == Matcher::Op::regex || matcher.op() == Matcher::Op::not_regex;
  if (regex && !value.starts_with(matcher.prefix())) {  // cannot match the expression
    return (matcher.op() == Matcher::Op::not_regex) != matcher.matches_empty();
  }
  return matcher.matches(value) != matcher.matches_empty();
}

}  // namespace

std::shared_ptr<const TestedValues> MatcherCache::known(const Matcher& matcher) {
  static const auto kNothing = std::make_shared<const TestedValues>();
  const std::string key = matcher.text();
  const MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return kNothing;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->values;
}

std::shared_ptr<const TestedValues> MatcherCache::extend(const Matcher& matcher,
                                                         std::shared_ptr<const TestedValues> known,
                                                         std::span<const Value> fresh, const SymbolSource& symbols,
                                                         const std::stop_token& stop) {
  if (fresh.empty()) return known;
  auto all = std::make_shared<TestedValues>(*known);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (i % kStopEvery == 0 && stop.stop_requested()) return nullptr;
    if (tells(matcher, symbols.text(fresh[i].value))) all->telling.push_back(fresh[i].pair);
  }
  all->tested += fresh.size();
  if (all->telling.size() <= kTellingMax) keep(matcher.text(), all);
  return all;
}

void MatcherCache::keep(std::string key, std::shared_ptr<const TestedValues> values) {
  const MutexLock lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    if (found->second->values->tested < values->tested) found->second->values = std::move(values);
    return;
  }
  recent_.push_front({key, std::move(values)});
  by_key_.emplace(std::move(key), recent_.begin());
  if (recent_.size() <= kMatchersMax) return;
  by_key_.erase(recent_.back().key);
  recent_.pop_back();
}

}  // namespace sluice::storage
