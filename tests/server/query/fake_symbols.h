// Symbols for tests: interned as they come.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/model/labels.h"

namespace sluice {

class FakeSymbols final : public SymbolSource {
 public:
  std::string_view text(SymbolId id) const override { return texts_[id.value()]; }
  std::optional<SymbolId> find(std::string_view text) const override {
    const auto at = ids_.find(std::string(text));
    return at == ids_.end() ? std::nullopt : std::optional(at->second);
  }
  SymbolId intern(const std::string& text) {
    const auto [at, added] = ids_.try_emplace(text, SymbolId(static_cast<std::uint32_t>(texts_.size())));
    if (added) texts_.push_back(text);
    return at->second;
  }
  // Stays valid as long as the table.
  LabelsView view(const Labels& labels) {
    auto& ids = views_.emplace_back();
    for (const Label& label : labels.all()) ids.push_back(intern(label.name));
    for (const Label& label : labels.all()) ids.push_back(intern(label.value));
    return {ids.data(), ids.data() + labels.size(), static_cast<std::uint32_t>(labels.size())};
  }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string, SymbolId> ids_;
  std::deque<std::vector<SymbolId>> views_;
};

}  // namespace sluice
