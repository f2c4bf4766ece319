// bench/promql/symbols.h
//
// Symbols of sources that are made up for a bench.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "proto/model/labels.h"

namespace sluice::promql::bench {

class Symbols final : public SymbolSource {
 public:
  std::string_view text(SymbolId id) const override { return texts_[id.value()]; }
  std::optional<SymbolId> find(std::string_view text) const override {
    const auto found = ids_.find(std::string(text));
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }
  SymbolId intern(const std::string& text) {
    const auto [at, added] = ids_.try_emplace(text, SymbolId(static_cast<std::uint32_t>(texts_.size())));
    if (added) texts_.push_back(text);
    return at->second;
  }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string, SymbolId> ids_;
};

}  // namespace sluice::promql::bench
