#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/wire/bytes.h"
#include "tests/proto/wire/wire_support.h"

namespace sluice::wire {
namespace {

using testing::labels_text;
using testing::must_decode;

std::string one_series(std::string_view labels) {
  std::string message;
  append_series_v1(message, labels, Sample{1'700'000'000'123, 1});
  return message;
}

TEST(DecodeLabels, OrderDuplicatesAndEmptyValuesAreLeftAsSent) {
  const std::vector<LabelRef> labels = {{"z", "1"}, {"a", ""}, {"z", "2"}};
  const std::string message = one_series(encode_labels_v1(labels));
  EXPECT_EQ(labels_text(must_decode(Protocol::remote_write_1, message), 0), "z=1;a=;z=2;");
}

TEST(DecodeLabels, ValueBeforeNameIsALabelToo) {
  const std::string message = one_series(std::string("\x0a\x06\x12\x01v\x0a\x01n", 8));
  EXPECT_EQ(labels_text(must_decode(Protocol::remote_write_1, message), 0), "n=v;");
}

// The hot path hops over labels without looking inside, so damage there is found by whoever needs the text.
TEST(DecodeLabels, AMalformedLabelIsFoundWhenItIsNeeded) {
  const std::string message = one_series(std::string("\x0a\x02\x0a\x7f", 4));
  EXPECT_EQ(labels_text(must_decode(Protocol::remote_write_1, message), 0), "malformed label");
}

TEST(DecodeLabels, NoSeriesHasAThousandLabels) {
  std::string labels;
  for (std::size_t i = 0; i <= kLabelsPerSeriesMax; ++i) labels += std::string("\x0a\x00", 2);
  const std::string message = one_series(labels);
  EXPECT_THAT(labels_text(must_decode(Protocol::remote_write_1, message), 0), ::testing::HasSubstr("more than 1024"));
}

}  // namespace
}  // namespace sluice::wire
