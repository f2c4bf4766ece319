#include "proto/wire/refs.h"

#include "proto/wire/bytes.h"

namespace sluice::wire {

bool unpack_refs(std::string_view packed, std::vector<std::uint32_t>& refs) {
  const char* p = packed.data();
  const char* const end = p + packed.size();
  while (p != end) {
    std::uint64_t value = 0;
    p = read_varint(p, end, Reader::kVarintBytesMax, value);
    if (p == nullptr) return false;
    refs.push_back(static_cast<std::uint32_t>(value));
  }
  return true;
}

std::optional<std::string> refs_complaint(const std::vector<std::uint32_t>& refs, std::size_t symbol_count) {
  if (refs.size() % 2 != 0) return "invalid labelRefs length " + std::to_string(refs.size());
  for (std::size_t i = 0; i < refs.size(); i += 2)
    if (refs[i] >= symbol_count || refs[i + 1] >= symbol_count)
      return "labelRefs " + std::to_string(refs[i]) + " (name) = " + std::to_string(refs[i + 1]) +
             " (value) outside of symbols table (size " + std::to_string(symbol_count) + ")";
  return std::nullopt;
}

std::string refs_text(const std::vector<std::uint32_t>& refs) {
  std::string text = "[";
  for (std::size_t i = 0; i < refs.size() && i < kRefsInTextMax; ++i)
    text += (i == 0 ? "" : " ") + std::to_string(refs[i]);
  return text + (refs.size() > kRefsInTextMax ? " ...]" : "]");
}

}  // namespace sluice::wire
