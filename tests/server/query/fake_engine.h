// An engine that says what the test told it to say. Linked instead of sluice::engine: the endpoints cannot tell.
#pragma once

#include "promql/engine/engine.h"

namespace sluice::promql {

struct FakeEngine {
  Result<QueryResult> answer;  // of the next questions
  QueryRequest asked;          // the newest question
  int calls = 0;
};
FakeEngine& fake_engine();

}  // namespace sluice::promql
