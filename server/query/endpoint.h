// server/query/endpoint.h
//
// Room: server/query. How a function becomes a route: admission, tenant, form, envelope for errors.
#pragma once

#include <memory>

#include "server/http/handler.h"
#include "server/query/envelope.h"
#include "server/query/services.h"

namespace sluice::server::query {

// One request on its way through an endpoint. Lives on the stack of handle().
struct Call {
  const QueryServices& services;
  const Request& request;
  const Form& form;
  const TenantPass& pass;
  const TenantId& tenant() const { return pass.tenant(); }
  const promql::ParserOptions& parser() const { return services.engine.options().parser; }
};

using EndpointFunction = Answer (*)(const Call&);

class Endpoint final : public Handler {
 public:
  Endpoint(std::shared_ptr<const QueryServices> services, Pool pool, EndpointFunction function)
      : services_(std::move(services)), pool_(pool), function_(function) {}
  Pool pool() const override { return pool_; }
  AdmitDecision admit(const RequestHead& head) override;
  Response handle(Request& request, Admission* admission) override;
  // Refusals that the connection makes by itself are plain text; clients of this API read JSON.
  void finish(const RequestHead& head, Response& response) const override;

 private:
  const std::shared_ptr<const QueryServices> services_;
  const Pool pool_;
  const EndpointFunction function_;
};

}  // namespace sluice::server::query
