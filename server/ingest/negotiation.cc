#include "server/ingest/negotiation.h"

#include "server/http/text.h"

namespace sluice::server {
namespace {

constexpr std::string_view kMediaType = "application/x-protobuf";
constexpr std::string_view kMessage1 = "prometheus.WriteRequest", kMessage2 = "io.prometheus.write.v2.Request";
constexpr const char* kSamplesWritten = "X-Prometheus-Remote-Write-Samples-Written";
constexpr const char* kHistogramsWritten = "X-Prometheus-Remote-Write-Histograms-Written";
constexpr const char* kExemplarsWritten = "X-Prometheus-Remote-Write-Exemplars-Written";

tl::unexpected<std::string> refuse(std::string text) { return tl::unexpected<std::string>(std::move(text)); }

tl::expected<wire::Protocol, std::string> message_of(std::string_view name) {
  if (name == kMessage1) return wire::Protocol::remote_write_1;
  if (name == kMessage2) return wire::Protocol::remote_write_2;
  return refuse(std::string(name) + " protobuf message is not accepted by this server; only accepts " +
                std::string(kMessage1) + ", " + std::string(kMessage2));
}

// One `key=value`; the last `proto` decides.
tl::expected<void, std::string> read_parameter(std::string_view parameter, std::string_view content_type,
                                               wire::Protocol& protocol) {
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos || parameter.find('=', equals + 1) != std::string_view::npos)
    return refuse("as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got " +
                  std::string(parameter) + " in " + std::string(content_type) + " content-type");
  if (parameter.substr(0, equals) != "proto") return {};
  return message_of(parameter.substr(equals + 1)).map([&](wire::Protocol named) { protocol = named; });
}

}  // namespace

tl::expected<wire::Protocol, std::string> protocol_of(std::string_view content_type) {
  content_type = trim(content_type);
  auto protocol = wire::Protocol::remote_write_1;
  if (content_type.empty()) return protocol;
  const auto media_end = content_type.find(';');
  if (content_type.substr(0, media_end) != kMediaType)
    return refuse("expected " + std::string(kMediaType) + " as the first (media) part, got " +
                  std::string(content_type) + " content-type");
  for (auto at = media_end; at != std::string_view::npos;) {
    const auto end = content_type.find(';', at + 1);
    const auto parameter = content_type.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    if (auto read = read_parameter(parameter, content_type, protocol); !read) return refuse(std::move(read.error()));
    at = end;
  }
  return protocol;
}

tl::expected<wire::Protocol, std::string> negotiate(const Headers& headers) {
  const auto encoding = headers.get("Content-Encoding");
  if (!encoding.empty() && !equal_ignoring_case(encoding, "snappy"))
    return refuse(std::string(encoding) +
                  " encoding (compression) is not accepted by this server; only snappy is acceptable");
  return protocol_of(headers.get("Content-Type"));
}

void set_written(Response& response, const Written& written) {
  response.headers.add(kSamplesWritten, std::to_string(written.samples));
  response.headers.add(kHistogramsWritten, std::to_string(written.histograms));
  response.headers.add(kExemplarsWritten, std::to_string(written.exemplars));
}

bool has_written(const Response& response) { return response.headers.has(kSamplesWritten); }

}  // namespace sluice::server
