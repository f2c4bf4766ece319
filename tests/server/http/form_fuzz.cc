// For any bytes at all: parsing a form does not crash, and invents nothing: what comes out is never longer than what
// went in.
#include <cstdint>
#include <string_view>

#include "server/http/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sluice::server::Form form;
  sluice::server::Form::parse_into(text, form);
  const std::string_view key = text.substr(0, text.find('='));
  std::size_t bytes = 0;
  for (const auto& value : form.all(key)) bytes += value.size();
  if (bytes > size) __builtin_trap();
  return 0;
}
