// tests/storage/index/series_index_test.cc
//
// Goal: select() agrees with testing every series against every matcher. Method: random label sets, random matchers of
// every kind, with and without an alive set, small and large enough that postings move from runs to bitmaps.
#include "storage/index/series_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace sluice::storage {
namespace {

class Index {
 public:
  SeriesRef add(std::vector<Label> labels) {
    const Labels sorted = Labels::sorted(std::move(labels));
    std::vector<SymbolId> names, values;
    for (const Label& label : sorted.all()) {
      names.push_back(symbols.intern(label.name));
      values.push_back(symbols.intern(label.value));
    }
    if (const auto known = index.find(names, values)) return *known;
    all.push_back(sorted);
    return index.add(names, values);
  }
  std::vector<SeriesRef> select(const std::vector<Matcher>& matchers, const RefSet* alive = nullptr) const {
    const auto refs = index.select({.matchers = matchers, .alive = alive, .stop = {}});
    EXPECT_TRUE(refs.has_value());
    return refs.value_or(std::vector<SeriesRef>{});
  }
  std::vector<SeriesRef> test_every_series(const std::vector<Matcher>& matchers, const RefSet* alive = nullptr) const {
    std::vector<SeriesRef> refs;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      const bool matches = std::all_of(matchers.begin(), matchers.end(),
                                       [&](const Matcher& m) { return m.matches(all[i].get(m.name())); });
      if (matches && (alive == nullptr || alive->contains(i))) refs.push_back(SeriesRef(i));
    }
    return refs;
  }
  SymbolTable symbols;
  SeriesIndex index{symbols};
  std::vector<Labels> all;
};

Matcher matcher(Matcher::Op op, const std::string& name, const std::string& value) {
  return *Matcher::make(op, name, value);
}

std::vector<Label> random_labels(std::mt19937_64& random) {
  std::vector<Label> labels{{"__name__", "metric_" + std::to_string(random() % 5)}};
  for (const char* name : {"a", "b", "c", "d"})
    if (random() % 3 != 0) labels.push_back({name, "v" + std::to_string(random() % (name[0] == 'd' ? 4000 : 6))});
  return labels;
}

Matcher random_matcher(std::mt19937_64& random) {
  static const std::vector<std::string> kNames = {"__name__", "a", "b", "c", "d", "unknown"};
  static const std::vector<std::string> kTexts = {"", "v0", "v1", "v77", "metric_2", "nobody"};
  static const std::vector<std::string> kExpressions = {"v1|v2",       "v.*",        ".*",      ".+",  "",
                                                        "v1|",         "(v0|v3|v9)", "v[0-3]",  "x.*", "v1.*5?",
                                                        "metric_[12]", "v.|nobody",  "|v2|v7.*"};
  const auto op = static_cast<Matcher::Op>(random() % 4);
  const auto& texts = op == Matcher::Op::equal || op == Matcher::Op::not_equal ? kTexts : kExpressions;
  return matcher(op, kNames[random() % kNames.size()], texts[random() % texts.size()]);
}

class RandomIndex : public testing::TestWithParam<int> {};
TEST_P(RandomIndex, SelectsWhatTestingEverySeriesSelects) {
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
  Index index;
  for (int step = 0; step < 4; ++step) {  // questions between registrations: cached answers must grow
    for (int i = 0; i < GetParam(); ++i) index.add(random_labels(random));
    RefSet alive;
    for (std::uint32_t i = 0; i < index.all.size(); ++i)
      if (random() % 3 == 0) alive.add(i);
    for (int question = 0; question < 150; ++question) {
      std::vector<Matcher> matchers;
      for (std::size_t n = random() % 4; n > 0; --n) matchers.push_back(random_matcher(random));
      const RefSet* among = random() % 2 == 0 ? &alive : nullptr;
      std::string text;
      for (const Matcher& m : matchers) text += m.text() + " ";
      ASSERT_EQ(index.select(matchers, among), index.test_every_series(matchers, among)) << text;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, RandomIndex, testing::Values(3, 60, 2500));

TEST(SeriesIndex, FindsExactlyTheRegisteredLabelSets) {
  std::mt19937_64 random(5);
  Index index;
  std::set<Labels> seen;
  for (int i = 0; i < 5000; ++i) {
    const auto labels = random_labels(random);
    const SeriesRef ref = index.add(labels);
    seen.insert(Labels::sorted(labels));
    EXPECT_EQ(to_labels(index.index.labels(ref), index.symbols), Labels::sorted(labels));
  }
  EXPECT_EQ(index.index.size(), seen.size());
}

TEST(SeriesIndex, SeriesOfOneShapeShareTheirNames) {
  Index index;
  const auto a = index.index.labels(index.add({{"__name__", "m"}, {"a", "1"}}));
  const auto b = index.index.labels(index.add({{"__name__", "n"}, {"a", "2"}}));
  EXPECT_EQ(a.names, b.names);
}

TEST(SeriesIndex, NamesAndValuesAreSortedAndMayBeLimitedToSomeSeries) {
  Index index;
  index.add({{"__name__", "m"}, {"z", "2"}});
  index.add({{"__name__", "m"}, {"a", "1"}});
  index.add({{"__name__", "m"}, {"z", "1"}});
  RefSet first;
  first.add(0);
  EXPECT_EQ(index.index.label_names(nullptr, 0), (std::vector<std::string>{"__name__", "a", "z"}));
  EXPECT_EQ(index.index.label_names(&first, 0), (std::vector<std::string>{"__name__", "z"}));
  EXPECT_EQ(index.index.label_names(nullptr, 1),
            (std::vector<std::string>{"__name__", "a"}));  // one more than the limit
  EXPECT_EQ(index.index.label_values("z", nullptr, 0), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(index.index.label_values("z", &first, 0), (std::vector<std::string>{"2"}));
  EXPECT_EQ(index.index.label_values("nobody", nullptr, 0), (std::vector<std::string>{}));
}

TEST(SeriesIndex, ValuesAmongManyAndAmongFewAgree) {
  std::mt19937_64 random(9);
  Index index;
  for (int i = 0; i < 3000; ++i) index.add(random_labels(random));
  for (const std::uint32_t every : {1u, 2u, 50u, 900u}) {
    RefSet among;
    for (std::uint32_t i = 0; i < index.all.size(); i += every) among.add(i);
    for (const char* name : {"__name__", "a", "d"}) {
      std::set<std::string> expected;
      for (const std::uint32_t i : among)
        if (!index.all[i].get(name).empty()) expected.insert(std::string(index.all[i].get(name)));
      EXPECT_EQ(index.index.label_values(name, &among, 0), std::vector<std::string>(expected.begin(), expected.end()));
    }
  }
}

TEST(SeriesIndex, StatisticsNameTheLargest) {
  Index index;
  for (int i = 0; i < 10; ++i) index.add({{"__name__", i < 7 ? "big" : "small"}, {"i", std::to_string(i)}});
  const auto statistics = index.index.statistics(1);
  ASSERT_EQ(statistics.series_by_metric.size(), 1u);
  EXPECT_EQ(statistics.series_by_metric[0].name, "big");
  EXPECT_EQ(statistics.series_by_metric[0].value, 7u);
  EXPECT_EQ(statistics.label_values_by_name[0].name, "i");
  EXPECT_EQ(statistics.label_values_by_name[0].value, 10u);
  EXPECT_EQ(statistics.series_by_pair[0].name, "__name__=big");
  EXPECT_EQ(statistics.memory_by_name[0].name, "__name__");
  EXPECT_EQ(statistics.memory_by_name[0].value, 7u * 3 + 3u * 5);
}

TEST(SeriesIndex, AStoppedSelectionIsCancelled) {
  Index index;
  index.add({{"__name__", "m"}});
  std::stop_source stop;
  stop.request_stop();
  const std::vector<Matcher> matchers = {matcher(Matcher::Op::regex, "__name__", "m.*")};
  const auto refs = index.index.select({.matchers = matchers, .stop = stop.get_token()});
  ASSERT_FALSE(refs.has_value());
  EXPECT_EQ(refs.error().code(), Errc::cancelled);
}

// Goal: a reader beside the writer gets only series that truly match, however new (the thread sanitizer watches the
// rest).
TEST(SeriesIndex, ReadersRunBesideTheWriter) {
  Index index;
  index.add({{"__name__", "m"}, {"pod", "first"}});
  std::atomic<bool> done{false};
  std::thread reader([&] {
    const std::vector<Matcher> matchers = {matcher(Matcher::Op::equal, "__name__", "m"),
                                           matcher(Matcher::Op::not_regex, "pod", "bad-.*")};
    const auto pod = index.symbols.find("pod");
    while (!done) {
      for (const SeriesRef ref : index.select(matchers)) {
        const std::string_view text = index.symbols.text(*index.index.label(ref, *pod));
        EXPECT_FALSE(text.starts_with("bad-")) << text;
      }
      (void)index.index.label_values("pod", nullptr, 10);
    }
  });
  for (int i = 0; i < 3000; ++i)
    index.add({{"__name__", "m"}, {"pod", (i % 2 == 0 ? "bad-" : "good-") + std::to_string(i)}});
  done = true;
  reader.join();
}

}  // namespace
}  // namespace sluice::storage
