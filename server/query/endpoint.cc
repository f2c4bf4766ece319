#include "server/query/endpoint.h"

#include <string>
#include <string_view>
#include <utility>

#include "proto/base/check.h"

namespace sluice::server::query {
namespace {

// Mimir's words where Prometheus has none.
std::string_view error_type_of(int status) {
  switch (status) {
    case 400: return "bad_data";
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 413: return "too_large_entry";
    case 429: return "too_many_requests";
    case 503: return "unavailable";
    default: return status < 500 ? "bad_data" : "internal";
  }
}

void wrap(Response& response, std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  response.body = error_body(error_type_of(response.status), text);
  response.headers.set("Content-Type", "application/json");
}

}  // namespace

AdmitDecision Endpoint::admit(const RequestHead& head) {
  AdmitDecision decision;
  Gate::Pass pass = services_->gate.admit_read(head);
  if (!pass) {
    decision.refusal = answer(pass.error());
    wrap(*decision.refusal, pass.error().text);
    return decision;
  }
  decision.body_bytes_max = (*pass)->limits().query.query_body_bytes_max;
  decision.admission = std::move(*pass);
  return decision;
}

Response Endpoint::handle(Request& request, Admission* admission) {
  CHECK(admission != nullptr);  // admit() refuses or admits; without an identity nobody gets here
  const Form form = request.form();
  Answer outcome = function_(Call{*services_, request, form, static_cast<const TenantPass&>(*admission)});
  return outcome ? std::move(*outcome) : error_answer(outcome.error());
}

void Endpoint::finish(const RequestHead&, Response& response) const {
  if (response.status < 400 || response.stream || !response.headers.get("Content-Type").starts_with("text/plain"))
    return;
  const std::string text = std::move(response.body);
  wrap(response, text);
}

}  // namespace sluice::server::query
