// Every function of the language that works on cells or windows has a place in the tables, and nothing else has.
#include <gtest/gtest.h>

#include "promql/func/range_function.h"
#include "promql/func/vector_function.h"
#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

TEST(Registry, KnowsEveryFunctionOfARangeVector) {
  for (const FunctionSignature& function : all_functions()) {
    bool takes_range = false;
    for (const ValueType type : function.argument_types) takes_range = takes_range || type == ValueType::matrix;
    const bool is_operator = function.name == "absent_over_time";  // looks at all series at once
    EXPECT_EQ(find_range_function(function.name) != nullptr, takes_range && !is_operator) << function.name;
    if (takes_range) {
      EXPECT_EQ(find_vector_function(function.name), nullptr) << function.name;
    }
  }
  EXPECT_EQ(find_range_function("no_such_function"), nullptr);
}

}  // namespace
}  // namespace sluice::promql
