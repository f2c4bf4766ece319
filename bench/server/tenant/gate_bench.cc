// What the door costs a push with a token: one SHA-256, one look-up, the budgets. google-benchmark; time per admission.
#include <benchmark/benchmark.h>

#include "server/tenant/gate.h"
#include "server/tenant/token_table.h"

namespace {

using namespace sluice;
using namespace sluice::server;

struct Ignore final : GateObserver {
  void denied(std::string_view, const Denial&) override {}
};

TenantRules rules_with(int tokens) {
  TenantRules rules;
  rules.open = false;
  rules.defaults.ingestion_rate = 1e15;  // charged, never empty
  for (int i = 0; i < tokens; ++i) {
    TokenRule token;
    token.name = "token-" + std::to_string(i);
    token.sha256 = sha256("0123456789abcdef0123456789abcdef-" + std::to_string(i));
    token.tenants.push_back(TenantId::parse("mesh").value());
    token.scopes[static_cast<std::size_t>(Scope::write)] = true;
    rules.tokens.push_back(std::move(token));
  }
  return rules;
}

void admit_write(benchmark::State& state) {
  const SystemClock clock;
  Ignore observer;
  Gate gate(Gate::Options(), clock, observer);
  gate.replace_rules(rules_with(static_cast<int>(state.range(0))));
  RequestHead head;
  head.headers.add("Content-Type", "application/x-protobuf");
  head.headers.add("Authorization", "Bearer 0123456789abcdef0123456789abcdef-0");
  head.headers.add("X-Scope-Orgid", "mesh");
  head.content_length = 200'000;
  for (auto _ : state) {
    auto pass = gate.admit_write(head);
    if (!pass || !(*pass)->spend_samples(2000)) return state.SkipWithError("refused");
  }
}
BENCHMARK(admit_write)->Arg(1)->Arg(10'000);

void hash_token(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(sha256("0123456789abcdef0123456789abcdef-0"));
}
BENCHMARK(hash_token);

}  // namespace

BENCHMARK_MAIN();
