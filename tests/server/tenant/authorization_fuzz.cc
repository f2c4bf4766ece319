// For any bytes at all: no crash, and a token that comes out is not empty and not longer than what went in.
#include <cstdint>
#include <string_view>

#include "server/tenant/credentials.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto token = sluice::server::parse_authorization({reinterpret_cast<const char*>(data), size});
  if (token && (token->empty() || token->size() > size)) __builtin_trap();
  return 0;
}
