#include "server/config/sections.h"

#include <algorithm>

namespace sluice::server {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// 64 hexadecimal digits to 32 bytes; empty when it is anything else.
std::string parse_sha256(std::string_view hex) {
  std::string bytes;
  if (hex.size() != 64) return bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

void read_scopes(Section& section, TokenRule& token) {
  std::vector<std::string> words;
  section.read_list("scopes", words);
  for (const auto& word : words) {
    bool known = false;
    for (std::size_t i = 0; i < kScopeCount; ++i) {
      if (word != scope_name(static_cast<Scope>(i))) continue;
      token.scopes[i] = known = true;
    }
    if (!known)
      section.complaints().add(section.mark(), section.path_of("scopes"),
                               "unknown scope '" + word + "'; known: write, read, rules, admin");
  }
  if (words.empty())
    section.complaints().add(section.mark(), section.path_of("scopes"),
                             "must list at least one of write, read, rules, admin");
}

void read_token_tenants(Section& section, const TenantRules& rules, TokenRule& token) {
  std::vector<std::string> words;
  section.read_list("tenants", words);
  for (const auto& word : words) {
    const auto tenant = TenantId::parse(word);
    if (!tenant || !rules.overrides.contains(*tenant)) {
      section.complaints().add(section.mark(), section.path_of("tenants"),
                               "'" + word + "' is not declared under tenants:");
    } else if (std::find(token.tenants.begin(), token.tenants.end(), *tenant) == token.tenants.end()) {
      token.tenants.push_back(*tenant);
    }
  }
  const bool acts_for_tenants = token.may(Scope::write) || token.may(Scope::read) || token.may(Scope::rules);
  if (words.empty() && acts_for_tenants)
    section.complaints().add(section.mark(), section.path_of("tenants"), "must list at least one tenant");
}

void read_token(Section& section, TenantRules& rules) {
  TokenRule token;
  section.read("name", token.name);
  std::string hex;
  section.read("sha256", hex);
  token.sha256 = parse_sha256(hex);
  read_scopes(section, token);
  read_token_tenants(section, rules, token);
  const auto complain = [&](std::string_view key, std::string_view what) {
    section.complaints().add(section.mark(), section.path_of(key), what);
  };
  if (token.name.empty()) complain("name", "must be set; it is what logs and refusals call this token");
  if (token.sha256.empty())
    return complain("sha256", "must be 64 hexadecimal digits: printf %s \"$TOKEN\" | sha256sum");
  for (const TokenRule& other : rules.tokens) {
    if (other.name == token.name) complain("name", "'" + token.name + "' is already the name of another token");
    if (other.sha256 == token.sha256) complain("sha256", "is the same as that of token '" + other.name + "'");
  }
  rules.tokens.push_back(std::move(token));
}

}  // namespace

void read_tenants(Section& section, TenantRules& rules) {
  section.take_all();
  for (const auto& [name, node] : section.entries()) {
    const auto tenant = TenantId::parse(name);
    if (!tenant) {
      section.complain(node, name, tenant.error().detail());
      continue;
    }
    auto& limits = rules.overrides.try_emplace(*tenant, rules.defaults).first->second;
    Section of_tenant(node, section.path_of(name), section.complaints());
    Section of_limits = of_tenant.child("limits");
    read_limits(of_limits, limits);
  }
}

void read_auth(Section& section, TenantRules& rules, bool& open_by_name) {
  section.read("open", open_by_name);
  const auto tokens = section.take("tokens");
  if (tokens.IsDefined() && !tokens.IsNull() && !tokens.IsSequence())
    return section.complain(tokens, "tokens", "must be a list");
  std::size_t index = 0;
  if (tokens.IsDefined() && tokens.IsSequence()) {
    for (const auto& node : tokens) {
      Section of_token(node, section.path_of("tokens[" + std::to_string(index++) + "]"), section.complaints());
      read_token(of_token, rules);
    }
  }
  if (open_by_name && !rules.tokens.empty())
    section.complaints().add(section.mark(), section.path_of("open"),
                             "open mode asks for no tokens, but tokens are listed; remove one of the two");
  rules.open = open_by_name || index == 0;
}

}  // namespace sluice::server
