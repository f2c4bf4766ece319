// promql/exec/label_edit.h
//
// Room: promql/exec. A key (name id, value id pairs in order of the names' text) with one label set or removed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "promql/value/symbols.h"

namespace sluice::promql {

// An empty value removes the label.
inline void set_label(std::vector<std::uint32_t>& pairs, QuerySymbols& symbols, std::string_view name,
                      std::string_view value) {
  std::size_t at = 0;
  while (at < pairs.size() && symbols.text(SymbolId(pairs[at])) < name) at += 2;
  const auto place = pairs.begin() + static_cast<std::ptrdiff_t>(at);
  const bool there = at < pairs.size() && symbols.text(SymbolId(pairs[at])) == name;
  if (value.empty()) {
    if (there) pairs.erase(place, place + 2);
    return;
  }
  const std::uint32_t value_id = symbols.intern(value).value();
  if (there) {
    pairs[at + 1] = value_id;
    return;
  }
  const std::uint32_t added[] = {symbols.intern(name).value(), value_id};
  pairs.insert(place, added, added + 2);
}

}  // namespace sluice::promql
