// server/tenant/token_table.h
//
// Room: server/tenant. From a token's text to the rule it stands for. Only hashes are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/tenant/limits.h"

namespace sluice::server {

std::string sha256(std::string_view text);  // 32 bytes

// Borrows the rules: the owner keeps them alive. Constant after construction.
class TokenTable {
 public:
  explicit TokenTable(const std::vector<TokenRule>& tokens);
  // Null: no such token. O(1): one SHA-256, one look-up by 8 bytes of it, then a comparison in constant time, so
  // that the time taken says nothing about the hashes kept here.
  const TokenRule* find(std::string_view token) const;

 private:
  std::unordered_multimap<std::uint64_t, const TokenRule*> by_prefix_;
};

}  // namespace sluice::server
