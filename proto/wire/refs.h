// proto/wire/refs.h
//
// Room: proto/wire. Packed label references of remote write 2.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::wire {

// Appends the packed references to `refs`; false when the bytes are no varints. Wider values lose their upper bits, as
// protobuf's uint32 does.
bool unpack_refs(std::string_view packed, std::vector<std::uint32_t>& refs);

// Why these references are no labels, in Prometheus's words; nullopt when they are.
std::optional<std::string> refs_complaint(const std::vector<std::uint32_t>& refs, std::size_t symbol_count);

// `[1 2 3]`, cut after kRefsInTextMax.
inline constexpr std::size_t kRefsInTextMax = 64;
std::string refs_text(const std::vector<std::uint32_t>& refs);

}  // namespace sluice::wire
