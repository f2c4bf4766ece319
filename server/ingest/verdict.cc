#include "server/ingest/verdict.h"

#include <algorithm>

#include "server/http/status.h"
#include "server/ingest/negotiation.h"

namespace sluice::server {
namespace {

using storage::Refusal;
using storage::WriteReport;

constexpr std::size_t kBodyBytesMax = 8u << 10;
constexpr std::size_t kExampleBytesMax = 1500;  // a mesh's series has up to 1,300 bytes of labels

std::uint64_t stored(const WriteReport& report) { return report.samples_written + report.histograms_written; }

std::string summary(wire::Protocol protocol, const WriteReport& report) {
  std::string reasons;
  std::uint64_t refused = 0;
  for (std::size_t i = 0; i < storage::kRefusalCount; ++i) {
    const auto reason = static_cast<Refusal>(i);
    if (report.refused[i] == 0 || !is_reported(protocol, reason)) continue;
    refused += report.refused[i];
    reasons +=
        (reasons.empty() ? "" : ", ") + std::string(reason_label(reason)) + " " + std::to_string(report.refused[i]);
  }
  return "refused " + std::to_string(refused) + " (" + reasons + ") and stored " + std::to_string(stored(report)) +
         " of this push\n";
}

std::string refusal_body(wire::Protocol protocol, const WriteReport& report) {
  std::string body = summary(protocol, report);
  for (const auto& example : report.examples) {
    if (body.size() + std::min(example.size(), kExampleBytesMax) + 1 > kBodyBytesMax) break;
    body.append(example, 0, kExampleBytesMax);
    body += '\n';
  }
  return body;
}

}  // namespace

bool is_reported(wire::Protocol protocol, Refusal refusal) {
  const bool is_2 = protocol == wire::Protocol::remote_write_2;
  switch (refusal) {
    case Refusal::out_of_order_too_old:
    case Refusal::duplicate_timestamp:
    case Refusal::too_far_in_future:
    case Refusal::out_of_retention:
    case Refusal::label_limit:
    case Refusal::series_limit:
    case Refusal::invalid_histogram:
    case Refusal::malformed_series:
    case Refusal::metadata_limit: return true;
    case Refusal::invalid_labels:
    case Refusal::no_samples:
    case Refusal::malformed_exemplar:
    case Refusal::out_of_order_exemplar: return is_2;
    case Refusal::invalid_exemplar: return false;
  }
  __builtin_unreachable();
}

Response verdict(wire::Protocol protocol, const WriteReport& report) {
  bool reported = false;
  for (std::size_t i = 0; i < storage::kRefusalCount; ++i)
    reported = reported || (report.refused[i] > 0 && is_reported(protocol, static_cast<Refusal>(i)));
  Response response = reported ? text_answer(400, refusal_body(protocol, report)) : Response(204);
  if (protocol == wire::Protocol::remote_write_2)
    set_written(response, {report.samples_written, report.histograms_written, report.exemplars_written});
  return response;
}

}  // namespace sluice::server
