// For any bytes at all, in pieces of any size: no crash, no more consumed than given, no body over its limit, and the
// head that comes out does not depend on how the bytes were cut.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/request_parser.h"

namespace {

constexpr std::uint32_t kHeadMax = 4096;
constexpr std::uint64_t kBodyMax = 1000;

struct Outcome {
  std::string path;
  std::string body;
  bool ended = false;
};

Outcome parse(std::string_view bytes, std::size_t piece) {
  sluice::server::RequestParser parser(kHeadMax);
  Outcome outcome;
  std::string waiting;
  bool in_body = false;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    waiting += bytes.substr(at, piece);
    for (;;) {
      const auto step = in_body ? parser.feed_chunks(waiting, kBodyMax, outcome.body) : parser.feed_head(waiting);
      if (!step) return outcome;
      if (step->consumed > waiting.size() || outcome.body.size() > kBodyMax) __builtin_trap();
      waiting.erase(0, step->consumed);
      if (!step->done) break;
      outcome.ended = in_body || !parser.framing().chunked;
      if (!in_body) outcome.path = parser.take_head().map([](auto head) { return head.path; }).value_or("");
      if (outcome.ended) return outcome;
      in_body = true;
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 8192) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = parse(bytes, bytes.size() + 1), cut = parse(bytes, data[0] % 16 + 1);
  if (whole.ended && cut.ended && (whole.path != cut.path || whole.body != cut.body)) __builtin_trap();
  return 0;
}
