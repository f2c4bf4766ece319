#include "load/net/url.h"

#include <array>
#include <charconv>

namespace sluice::load {

Result<Url> Url::parse(std::string_view text) {
  const std::string whole(text);
  constexpr std::string_view scheme = "http://";
  if (text.starts_with(scheme))
    text.remove_prefix(scheme.size());
  else if (text.find("://") != std::string_view::npos)
    return fail(Errc::unsupported, whole + ": only http:// is spoken here");
  const std::size_t slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  const std::size_t colon = authority.rfind(':');
  Url url;
  url.host = authority.substr(0, colon);
  url.port = colon == std::string_view::npos ? "80" : std::string(authority.substr(colon + 1));
  url.path = slash == std::string_view::npos ? "" : text.substr(slash);
  int port = 0;
  const auto parsed = std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
  if (url.host.empty() || parsed.ec != std::errc() || parsed.ptr != url.port.data() + url.port.size() || port < 1 ||
      port > 65535)
    return fail(Errc::invalid_argument, whole + ": not a URL; expected http://HOST:PORT[/PATH]");
  return url;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? alphabet[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~')
      encoded += c;
    else
      encoded.append({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return encoded;
}

}  // namespace sluice::load
