#include "server/tenant/token_table.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>
#include <memory>

#include "proto/base/check.h"

namespace sluice::server {
namespace {

constexpr std::size_t kDigestBytes = 32;

struct Hasher {  // fetched once per thread: OpenSSL 3 spends more on finding SHA-256 than on computing it
  Hasher() : kind(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context(EVP_MD_CTX_new()) {
    CHECK(kind != nullptr && context != nullptr);
  }
  ~Hasher() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(kind);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  EVP_MD* kind;
  EVP_MD_CTX* context;
};

std::uint64_t prefix_of(std::string_view digest) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, digest.data(), sizeof(prefix));
  return prefix;
}

}  // namespace

std::string sha256(std::string_view text) {
  thread_local Hasher hasher;
  std::string digest(kDigestBytes, '\0');
  CHECK(EVP_DigestInit_ex2(hasher.context, hasher.kind, nullptr) == 1);
  CHECK(EVP_DigestUpdate(hasher.context, text.data(), text.size()) == 1);
  CHECK(EVP_DigestFinal_ex(hasher.context, reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return digest;
}

TokenTable::TokenTable(const std::vector<TokenRule>& tokens) {
  for (const TokenRule& token : tokens) {
    CHECK(token.sha256.size() == kDigestBytes);
    by_prefix_.emplace(prefix_of(token.sha256), &token);
  }
}

const TokenRule* TokenTable::find(std::string_view token) const {
  const std::string digest = sha256(token);
  const auto [begin, end] = by_prefix_.equal_range(prefix_of(digest));
  for (auto at = begin; at != end; ++at)
    if (CRYPTO_memcmp(at->second->sha256.data(), digest.data(), kDigestBytes) == 0) return at->second;
  return nullptr;
}

}  // namespace sluice::server
