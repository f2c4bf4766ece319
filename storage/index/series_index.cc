#include "storage/index/series_index.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace sluice::storage {
namespace {

// Refs whose labels are read one by one rather than asking every posting of a name whether it meets the set.
constexpr std::uint64_t kRefsPerPosting = 8;

std::vector<std::string> smallest_texts(const std::vector<SymbolId>& ids, const SymbolTable& symbols,
                                        std::size_t limit) {
  std::vector<std::string_view> texts;
  texts.reserve(ids.size());
  for (const SymbolId id : ids) texts.push_back(symbols.text(id));
  const std::size_t kept = limit == 0 ? texts.size() : std::min(texts.size(), limit + 1);
  std::partial_sort(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(kept), texts.end());
  return {texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(kept)};
}

void keep_largest(std::vector<SeriesIndex::Count>& counts, std::size_t limit) {
  const std::size_t kept = std::min(limit, counts.size());
  std::partial_sort(
      counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(kept), counts.end(),
      [](const auto& a, const auto& b) { return a.value != b.value ? a.value > b.value : a.name < b.name; });
  counts.resize(kept);
}

}  // namespace

SeriesIndex::SeriesIndex(const SymbolTable& symbols) : symbols_(symbols) {}

std::optional<SeriesRef> SeriesIndex::find(std::span<const SymbolId> names, std::span<const SymbolId> values) const {
  return labels_.find(names, values);
}

SeriesRef SeriesIndex::add(std::span<const SymbolId> names, std::span<const SymbolId> values) {
  const SeriesRef ref = labels_.add(names, values);
  const WriteLock lock(mutex_);
  append_to_postings(ref, names, values);
  posted_count_ = ref.value() + 1;
  return ref;
}

void SeriesIndex::append_to_postings(SeriesRef ref, std::span<const SymbolId> names, std::span<const SymbolId> values) {
  const bool same_shape = std::equal(names.begin(), names.end(), last_names_.begin(), last_names_.end());
  if (!same_shape) {
    last_names_.assign(names.begin(), names.end());
    last_values_.resize(names.size());
    last_pairs_.resize(names.size());
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!same_shape || last_values_[i] != values[i]) {
      last_values_[i] = values[i];
      last_pairs_[i] = postings_.intern(names[i], values[i]);
    }
    postings_.pair(last_pairs_[i]).posting.append(ref.value());
  }
}

std::uint32_t SeriesIndex::size() const { return labels_.size(); }
LabelsView SeriesIndex::labels(SeriesRef ref) const { return labels_.labels(ref); }

std::optional<SymbolId> SeriesIndex::label(SeriesRef ref, SymbolId name) const {
  const LabelsView view = labels_.labels(ref);
  const SymbolId* const end = view.names + view.count;
  const SymbolId* const at = std::find(view.names, end, name);
  if (at == end) return std::nullopt;
  return view.values[at - view.names];
}

Result<std::vector<Condition>> SeriesIndex::conditions(const Selection& selection) const {
  std::vector<Condition> conditions;
  for (const Matcher& matcher : selection.matchers) {
    Lookup lookup;
    {
      const ReadLock lock(mutex_);
      lookup = look_up(matcher, symbols_, postings_, cache_);
    }
    if (lookup.kind == Lookup::Kind::nothing_to_do) continue;
    if (lookup.kind == Lookup::Kind::test_values) {
      const auto tested = cache_.extend(matcher, lookup.known, lookup.fresh, symbols_, selection.stop);
      if (tested == nullptr) return fail(Errc::cancelled, "stopped while testing label values");
      lookup.condition.pairs = {tested, &tested->telling};
    }
    conditions.push_back(std::move(lookup.condition));
  }
  return conditions;
}

Result<std::vector<SeriesRef>> SeriesIndex::select(const Selection& selection) const {
  // A series added while we test values may have a value that we have not tested, so it is not in this answer.
  const std::uint32_t series_count = posted_count();
  auto asked = conditions(selection);
  if (!asked) return tl::unexpected(asked.error());
  const ReadLock lock(mutex_);
  return run({.conditions = std::move(*asked), .alive = selection.alive, .series_count = series_count}, postings_,
             labels_);
}

std::uint32_t SeriesIndex::posted_count() const {
  const ReadLock lock(mutex_);
  return posted_count_;
}

std::vector<std::string> SeriesIndex::label_names(const RefSet* among, std::size_t limit) const {
  std::vector<SymbolId> found;
  if (among == nullptr) {
    const ReadLock lock(mutex_);
    found = postings_.names();
  } else {
    std::unordered_set<const SymbolId*> shapes;
    std::unordered_set<SymbolId> names;
    for (const std::uint32_t ref : *among) {
      const LabelsView view = labels_.labels(SeriesRef(ref));
      if (shapes.insert(view.names).second) names.insert(view.names, view.names + view.count);
    }
    found.assign(names.begin(), names.end());
  }
  return smallest_texts(found, symbols_, limit);
}

std::vector<std::string> SeriesIndex::label_values(std::string_view name, const RefSet* among,
                                                   std::size_t limit) const {
  const auto id = symbols_.find(name);
  if (!id) return {};
  std::vector<SymbolId> found;
  {
    const ReadLock lock(mutex_);
    const std::vector<PairId>& pairs = postings_.pairs_of(*id);
    if (among == nullptr || among->cardinality() > kRefsPerPosting * pairs.size()) {
      for (const PairId pair : pairs)
        if (occurs(pair, among)) found.push_back(postings_.pair(pair).value);
      return smallest_texts(found, symbols_, limit);
    }
  }
  return smallest_texts(values_of_few(*id, *among), symbols_, limit);
}

bool SeriesIndex::occurs(PairId pair, const RefSet* among) const {
  return among == nullptr || postings_.pair(pair).posting.meets(*among);
}

std::vector<SymbolId> SeriesIndex::values_of_few(SymbolId name, const RefSet& among) const {
  std::unordered_set<SymbolId> values;
  for (const std::uint32_t ref : among)
    if (const auto value = label(SeriesRef(ref), name)) values.insert(*value);
  return {values.begin(), values.end()};
}

SeriesIndex::Statistics SeriesIndex::statistics(std::size_t limit) const {
  Statistics statistics;
  const auto metric = symbols_.find(kMetricName);
  const ReadLock lock(mutex_);
  for (const SymbolId name : postings_.names()) {
    const std::string text(symbols_.text(name));
    std::uint64_t bytes = 0;
    for (const PairId id : postings_.pairs_of(name)) {
      const PostingTable::Pair& pair = postings_.pair(id);
      const std::string value(symbols_.text(pair.value));
      bytes += value.size() * pair.posting.count();
      statistics.series_by_pair.push_back({text + "=" + value, pair.posting.count()});
      if (metric == name) statistics.series_by_metric.push_back({value, pair.posting.count()});
    }
    statistics.label_values_by_name.push_back({text, postings_.pairs_of(name).size()});
    statistics.memory_by_name.push_back({text, bytes});
  }
  keep_largest(statistics.series_by_metric, limit);
  keep_largest(statistics.label_values_by_name, limit);
  keep_largest(statistics.memory_by_name, limit);
  keep_largest(statistics.series_by_pair, limit);
  return statistics;
}

std::uint64_t SeriesIndex::label_pairs() const {
  const ReadLock lock(mutex_);
  return postings_.pair_count();
}

std::size_t SeriesIndex::memory_bytes() const {
  const ReadLock lock(mutex_);
  return labels_.memory_bytes() + postings_.memory_bytes();
}

}  // namespace sluice::storage
