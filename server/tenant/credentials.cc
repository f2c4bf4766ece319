#include "server/tenant/credentials.h"

#include <array>
#include <cstdint>
#include <optional>

#include "server/http/text.h"

namespace sluice::server {
namespace {

constexpr std::array<std::int8_t, 256> make_base64_values() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}

// RFC 4648 with padding optional, because some senders leave it out.
std::optional<std::string> base64_decode(std::string_view text) {
  static constexpr auto kValues = make_base64_values();
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string decoded;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : text) {
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    decoded += static_cast<char>((bits >> bit_count) & 0xff);
  }
  return decoded;
}

Result<std::string> refuse(const char* why) {
  return fail(Errc::unauthenticated, std::string(why) +
                                         "; send `Authorization: Bearer <token>` or Basic with the token "
                                         "as password");
}

Result<std::string> parse_basic(std::string_view encoded) {
  auto pair = base64_decode(encoded);
  if (!pair) return refuse("the Basic credentials are not base64");
  const auto colon = pair->find(':');
  if (colon == std::string::npos) return refuse("the Basic credentials hold no colon");
  return pair->substr(colon + 1);
}

}  // namespace

Result<std::string> parse_authorization(std::string_view header) {
  header = trim(header);
  if (header.empty()) return refuse("no token");
  if (header.size() > kAuthorizationBytesMax) return refuse("the Authorization header is longer than 4096 bytes");
  const auto blank = header.find(' ');
  const auto scheme = header.substr(0, blank);
  const auto rest = blank == std::string_view::npos ? std::string_view() : trim(header.substr(blank));
  Result<std::string> token = refuse("the Authorization scheme is neither Basic nor Bearer");
  if (equal_ignoring_case(scheme, "Bearer")) token = std::string(rest);
  if (equal_ignoring_case(scheme, "Basic")) token = parse_basic(rest);
  if (token && token->empty()) return refuse("the token is empty");
  return token;
}

}  // namespace sluice::server
