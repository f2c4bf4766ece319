#include "promql/value/annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::promql {
namespace {

using testing::ElementsAre;

TEST(Annotations, AreUniqueByTextAndPointAtTheLastPlace) {
  Annotations notes;
  notes.warn("watch out", 0);
  notes.warn("watch out", 8);
  EXPECT_THAT(notes.warnings("rate(\nx[5m])"), ElementsAre("PromQL warning: watch out (2:3)"));
  EXPECT_TRUE(notes.infos("x").empty());
}

TEST(Annotations, CountOccurrencesAcrossMerges) {
  Annotations all, part;
  part.warn_counted("overlap", 0);
  all.merge(part);
  EXPECT_THAT(all.warnings("x"), ElementsAre("PromQL warning: overlap (1:1)"));
  all.merge(part);
  EXPECT_THAT(all.warnings("x"), ElementsAre("PromQL warning: overlap (2 occurrences) (1:1)"));
}

TEST(Annotations, MergeRepairsOverSteps) {
  Annotations notes;
  notes.repaired("repaired", 0, {.bucket_min = 1, .bucket_max = 5, .difference_max = 0.5, .first_ms = 0, .last_ms = 0, .count = 1});
  notes.repaired("repaired", 0,
                 {.bucket_min = 2, .bucket_max = 9, .difference_max = 2, .first_ms = 60'000, .last_ms = 60'000, .count = 1});
  EXPECT_THAT(notes.infos("x"),
              ElementsAre("PromQL info: repaired, from buckets 1 to 9, with a max diff of 2, over 2 samples from "
                          "1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z (1:1)"));
}

}  // namespace
}  // namespace sluice::promql
