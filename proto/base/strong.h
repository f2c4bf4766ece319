// proto/base/strong.h
//
// Room: proto/base. A number that remembers what it counts. Different tags never mix; leaving the type is explicit.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace sluice {

template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
  Rep value_{};
};

// Per tenant; never reused while the tenant's data directory lives. Dense, in order of registration.
using SeriesRef = Strong<struct SeriesRefTag, std::uint32_t>;

// An interned string of one symbol table. Equal ids of one table mean equal strings, and the reverse.
using SymbolId = Strong<struct SymbolIdTag, std::uint32_t>;

}  // namespace sluice

template <class Tag, class Rep>
struct std::hash<sluice::Strong<Tag, Rep>> {
  std::size_t operator()(sluice::Strong<Tag, Rep> s) const noexcept { return std::hash<Rep>{}(s.value()); }
};
