#include "promql/value/label_set.h"

#include <gtest/gtest.h>

#include "tests/support/memory_source.h"

namespace sluice::promql {
namespace {

class LabelRulesOf : public testing::Test {
 protected:
  LabelRulesOf() {
    auto memory = std::make_shared<sluice::test::MemorySource>();
    memory->add(Labels::sorted({{"__name__", "m"}, {"app", "a"}, {"zone", "x"}}), 0, 1);
    memory->add(Labels::sorted({{"__name__", "n"}, {"app", "a"}, {"zone", "x"}}), 0, 1);
    source_ = memory;
    symbols_ = std::make_unique<QuerySymbols>(source_);
    set_ = std::move(source_->select({}, {0, 10}, {}).value());
  }
  SeriesLabels series(std::size_t i, Drop drop) const { return {set_->labels(i), drop}; }
  static std::vector<std::uint32_t> copy(std::span<const std::uint32_t> key) { return {key.begin(), key.end()}; }

  std::shared_ptr<const SeriesSource> source_;
  std::unique_ptr<QuerySymbols> symbols_;
  std::unique_ptr<SeriesSet> set_;
};

TEST_F(LabelRulesOf, GiveSeriesThatDifferInADroppedNameOneKeyAtOnce) {
  LabelRules rules(*symbols_, NameRemoval::immediate);
  EXPECT_NE(copy(rules.visible_key(series(0, Drop::none))), copy(rules.visible_key(series(1, Drop::none))));
  EXPECT_EQ(copy(rules.visible_key(series(0, Drop::metadata))), copy(rules.visible_key(series(1, Drop::metadata))));
  EXPECT_EQ(rules.text_of(series(0, Drop::metadata)).text(), "{app=\"a\", zone=\"x\"}");
}

TEST_F(LabelRulesOf, LetDelayedNamesBeSeenUntilTheAnswer) {
  LabelRules rules(*symbols_, NameRemoval::delayed);
  EXPECT_EQ(rules.get(series(0, Drop::metadata), "__name__"), "m");
  EXPECT_EQ(to_labels(rules.answer(series(0, Drop::metadata)), *symbols_).text(), "{app=\"a\", zone=\"x\"}");
}

TEST_F(LabelRulesOf, ChooseColumnsByName) {
  LabelRules rules(*symbols_, NameRemoval::immediate);
  LabelChooser by = rules.chooser(LabelChooser::Mode::keep, {"zone", "nothing"});
  EXPECT_EQ(to_labels(rules.maker().from_key(by.key(series(0, Drop::none))), *symbols_).text(), "{zone=\"x\"}");
  LabelChooser without = rules.chooser(LabelChooser::Mode::remove, {"zone", "__name__"});
  EXPECT_EQ(to_labels(rules.maker().from_key(without.key(series(1, Drop::none))), *symbols_).text(), "{app=\"a\"}");
}

TEST_F(LabelRulesOf, MakeEqualShapesShareTheirNames) {
  LabelRules rules(*symbols_, NameRemoval::immediate);
  const LabelsView one = rules.maker().from_labels(Labels::sorted({{"new", "1"}}));
  const LabelsView two = rules.maker().from_labels(Labels::sorted({{"new", "2"}}));
  EXPECT_EQ(one.names, two.names);
  EXPECT_EQ(symbols_->text(two.values[0]), "2");
  EXPECT_EQ(symbols_->intern("app"), *source_->symbols().find("app")) << "a text has one id, whoever made it";
}

TEST(KeyTable, NumbersKeysInOrderOfAppearance) {
  KeyTable table;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    bool added = false;
    EXPECT_EQ(table.find_or_add(std::vector<std::uint32_t>{i, i * 7}, &added), i);
    EXPECT_TRUE(added);
  }
  EXPECT_EQ(table.find_or_add(std::vector<std::uint32_t>{3, 21}), 3U);
  EXPECT_EQ(table.find(std::vector<std::uint32_t>{3}), KeyTable::kAbsent);
  EXPECT_EQ(table.key(5)[1], 35U);
}

}  // namespace
}  // namespace sluice::promql
