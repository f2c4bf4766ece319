#include "storage/index/selector.h"

#include <algorithm>
#include <unordered_map>

namespace sluice::storage {
namespace {

using Pairs = std::vector<PairId>;

Condition condition_of(bool include, SymbolId name, Pairs pairs) {
  return {include, name, std::make_shared<const Pairs>(std::move(pairs))};
}

bool is_regex(const Matcher& m) { return m.op() == Matcher::Op::regex || m.op() == Matcher::Op::not_regex; }

// The values a matcher names one by one; nullopt: it has to be asked value by value.
// `a|b` and its negation name them; so do equality and inequality with a text that is not empty.
std::optional<std::vector<std::string_view>> named_values(const Matcher& m) {
  if (!is_regex(m)) {
    if (m.value().empty()) return std::nullopt;
    return std::vector<std::string_view>{m.value()};
  }
  if (m.literals().empty()) return std::nullopt;
  const bool names_empty = std::find(m.literals().begin(), m.literals().end(), "") != m.literals().end();
  if (names_empty) return std::nullopt;
  return std::vector<std::string_view>(m.literals().begin(), m.literals().end());
}

// Matchers that treat every value alike: "" and any other text.
bool tells_any_value(const Matcher& m) {
  if (!is_regex(m)) return m.value().empty();
  return m.value() == ".+";
}
bool tells_no_value(const Matcher& m) { return is_regex(m) && m.value() == ".*"; }

Pairs pairs_of_values(const std::vector<std::string_view>& values, SymbolId name, const SymbolSource& symbols,
                      const PostingTable& postings) {
  Pairs pairs;
  for (const std::string_view value : values) {
    const auto id = symbols.find(value);
    const auto pair = id ? postings.find(name, *id) : std::nullopt;
    if (pair) pairs.push_back(*pair);
  }
  std::sort(pairs.begin(), pairs.end());  // `a|a` names one pair twice
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

std::uint64_t count_of(const Condition& condition, const PostingTable& postings) {
  std::uint64_t count = 0;
  for (const PairId pair : *condition.pairs) count += postings.pair(pair).posting.count();
  return count;
}

RefSet union_of(const Condition& condition, const PostingTable& postings) {
  RefSet set;
  for (const PairId pair : *condition.pairs) postings.pair(pair).posting.add_to(set);
  return set;
}

// Decides a condition by looking at one series' labels.
class LabelTest {
 public:
  LabelTest(const Condition& condition, const PostingTable& postings, const LabelStore& labels)
      : condition_(condition), labels_(labels) {
    for (const PairId pair : *condition.pairs) {
      const std::uint32_t value = postings.pair(pair).value.value();
      if (telling_.size() <= value) telling_.resize(value + std::size_t{1});
      telling_[value] = true;
    }
  }
  bool keeps(SeriesRef ref) {
    const std::uint32_t column = column_in(labels_.shape_of(ref), ref);
    if (column == kAbsent) return !condition_.include;
    const std::uint32_t value = labels_.labels(ref).values[column].value();
    return (value < telling_.size() && telling_[value]) == condition_.include;
  }

 private:
  static constexpr std::uint32_t kAbsent = 0xffffffff, kUnknown = 0xfffffffe;
  std::uint32_t column_in(std::uint32_t shape, SeriesRef ref) {
    if (columns_.size() <= shape) columns_.resize(shape + std::size_t{1}, kUnknown);
    if (columns_[shape] != kUnknown) return columns_[shape];
    const LabelsView view = labels_.labels(ref);
    const SymbolId* const end = view.names + view.count;
    const SymbolId* const at = std::find(view.names, end, condition_.name);
    return columns_[shape] = at == end ? kAbsent : static_cast<std::uint32_t>(at - view.names);
  }
  const Condition& condition_;
  const LabelStore& labels_;
  std::vector<bool> telling_;           // [value id]
  std::vector<std::uint32_t> columns_;  // [shape]: where its names have ours
};

// Few candidates and many series behind a condition: cheaper to look at the candidates' labels (some 20 ns each) than
// to combine all those postings (some 100 ns each, and a nanosecond a series).
bool better_by_labels(const Condition& condition, std::uint64_t candidates, const PostingTable& postings) {
  return candidates * 20 < condition.pairs->size() * 100 + count_of(condition, postings);
}

std::vector<SeriesRef> to_refs(const RefSet& set) {
  std::vector<SeriesRef> refs(set.cardinality());
  static_assert(sizeof(SeriesRef) == sizeof(std::uint32_t));
  if (!refs.empty()) set.toUint32Array(reinterpret_cast<std::uint32_t*>(refs.data()));
  return refs;
}

// Smallest inclusion first, exclusions last: the first set is built, the others only shrink it.
void sort_by_cost(std::vector<Condition>& conditions, const PostingTable& postings) {
  std::sort(conditions.begin(), conditions.end(), [&](const Condition& a, const Condition& b) {
    if (a.include != b.include) return a.include;
    return count_of(a, postings) < count_of(b, postings);
  });
}

bool starts_with_inclusion(const std::vector<Condition>& conditions) {
  return !conditions.empty() && conditions[0].include;
}

RefSet first_set(const Question& question, const PostingTable& postings) {
  RefSet set;
  if (starts_with_inclusion(question.conditions)) {
    set = union_of(question.conditions[0], postings);
    if (question.alive != nullptr) set &= *question.alive;
  } else if (question.alive != nullptr) {
    set = *question.alive;
  } else {
    set.addRange(0, question.series_count);
  }
  return set;
}

void shrink(RefSet& set, const Condition& condition, const PostingTable& postings) {
  if (condition.include)
    set &= union_of(condition, postings);
  else
    set -= union_of(condition, postings);
}

}  // namespace

Lookup look_up(const Matcher& matcher, const SymbolSource& symbols, const PostingTable& postings, MatcherCache& cache) {
  const auto name = symbols.find(matcher.name());
  const bool include = !matcher.matches_empty();
  static const Pairs kNone;
  const Pairs& all = name ? postings.pairs_of(*name) : kNone;
  if (all.empty() || tells_no_value(matcher)) {  // every series looks like "" to this matcher
    if (!include) return {.kind = Lookup::Kind::nothing_to_do, .condition = {}, .fresh = {}, .known = {}};
    return {.kind = Lookup::Kind::pairs, .condition = condition_of(true, {}, {}), .fresh = {}, .known = {}};
  }
  if (tells_any_value(matcher))
    return {.kind = Lookup::Kind::pairs, .condition = condition_of(include, *name, all), .fresh = {}, .known = {}};
  if (const auto values = named_values(matcher)) {
    Pairs pairs = pairs_of_values(*values, *name, symbols, postings);
    return {.kind = Lookup::Kind::pairs,
            .condition = condition_of(include, *name, std::move(pairs)),
            .fresh = {},
            .known = {}};
  }
  Lookup lookup{.kind = Lookup::Kind::test_values,
                .condition = {include, *name, nullptr},
                .fresh = {},
                .known = cache.known(matcher)};
  for (std::size_t i = lookup.known->tested; i < all.size(); ++i)
    lookup.fresh.push_back({all[i], postings.pair(all[i]).value});
  return lookup;
}

std::vector<SeriesRef> run(Question question, const PostingTable& postings, const LabelStore& labels) {
  std::vector<Condition>& conditions = question.conditions;
  sort_by_cost(conditions, postings);
  RefSet set = first_set(question, postings);
  std::vector<const Condition*> by_labels;
  for (std::size_t i = starts_with_inclusion(conditions) ? 1 : 0; i < conditions.size() && !set.isEmpty(); ++i) {
    if (better_by_labels(conditions[i], set.cardinality(), postings))
      by_labels.push_back(&conditions[i]);
    else
      shrink(set, conditions[i], postings);
  }
  std::vector<SeriesRef> refs = to_refs(set);
  while (!refs.empty() && refs.back().value() >= question.series_count) refs.pop_back();
  for (const Condition* condition : by_labels) {
    LabelTest test(*condition, postings, labels);
    std::erase_if(refs, [&](SeriesRef ref) { return !test.keeps(ref); });
  }
  return refs;
}

}  // namespace sluice::storage
