#include "tests/server/query/fake_engine.h"

namespace sluice::promql {

FakeEngine& fake_engine() {
  static FakeEngine engine;
  return engine;
}

Engine::Engine(EngineOptions options) : options_(std::move(options)) {}
Engine::~Engine() = default;

Result<QueryResult> Engine::execute(std::shared_ptr<const SeriesSource>, const QueryRequest& request) const {
  fake_engine().asked = request;
  ++fake_engine().calls;
  return fake_engine().answer;
}

}  // namespace sluice::promql
