#include "server/query/routes.h"

#include <memory>
#include <string>
#include <utility>

#include "server/query/endpoint.h"
#include "server/query/evaluate.h"
#include "server/query/exemplars.h"
#include "server/query/metadata.h"
#include "server/query/rules.h"
#include "server/query/series.h"
#include "server/query/status.h"
#include "server/query/syntax.h"

namespace sluice::server::query {
namespace {

enum class Verbs { get, get_and_post };

struct Route {
  const char* path;
  Verbs verbs;
  Pool pool;  // what reads series waits its turn; what only knows a few facts answers also when the pool is full
  EndpointFunction function;
};

constexpr Route kRoutes[] = {
    {"/query", Verbs::get_and_post, Pool::query, answer_query},
    {"/query_range", Verbs::get_and_post, Pool::query, answer_query_range},
    {"/query_exemplars", Verbs::get_and_post, Pool::query, answer_query_exemplars},
    {"/series", Verbs::get_and_post, Pool::query, answer_series},
    {"/labels", Verbs::get_and_post, Pool::query, answer_labels},
    {"/label/*/values", Verbs::get, Pool::query, answer_label_values},
    {"/metadata", Verbs::get, Pool::query, answer_metadata},
    {"/format_query", Verbs::get_and_post, Pool::query, answer_format_query},
    {"/parse_query", Verbs::get_and_post, Pool::query, answer_parse_query},
    {"/rules", Verbs::get, Pool::inline_io, answer_rules},
    {"/alerts", Verbs::get, Pool::inline_io, answer_alerts},
    {"/status/buildinfo", Verbs::get, Pool::inline_io, answer_buildinfo},
    {"/status/config", Verbs::get, Pool::inline_io, answer_config},
    {"/status/flags", Verbs::get, Pool::inline_io, answer_flags},
    {"/status/runtimeinfo", Verbs::get, Pool::inline_io, answer_runtimeinfo},
    {"/status/tsdb", Verbs::get, Pool::query, answer_tsdb},
};

std::vector<Method> methods_of(Verbs verbs) {
  if (verbs == Verbs::get) return {Method::get};
  return {Method::get, Method::post};
}

}  // namespace

void register_query_routes(Router& router, QueryServices services) {
  const auto shared = std::make_shared<const QueryServices>(std::move(services));
  for (const Route& route : kRoutes) {
    const auto endpoint = std::make_shared<Endpoint>(shared, route.pool, route.function);
    for (const char* prefix : {"/api/v1", "/prometheus/api/v1", "/api/prom/api/v1"})
      router.add(methods_of(route.verbs), std::string(prefix) + route.path, endpoint);
  }
}

}  // namespace sluice::server::query
