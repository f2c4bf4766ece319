#include "promql/value/symbols.h"

#include <algorithm>

namespace sluice::promql {

QuerySymbols::QuerySymbols(std::shared_ptr<const SeriesSource> source)
    : source_(std::move(source)), base_(source_->symbols()) {}

std::string_view QuerySymbols::text(SymbolId id) const {
  return id.value() < kFirstOwn ? base_.text(id) : std::string_view(own_[id.value() - kFirstOwn]);
}

// The query's own first: a text interned here keeps its id even when the source learns it a moment later.
std::optional<SymbolId> QuerySymbols::find(std::string_view text) const {
  const auto own = own_ids_.find(text);
  return own != own_ids_.end() ? std::optional(own->second) : base_.find(text);
}

SymbolId QuerySymbols::intern(std::string_view text) {
  if (const auto known = find(text)) return *known;
  own_.emplace_back(text);
  const SymbolId id(kFirstOwn + static_cast<std::uint32_t>(own_.size() - 1));
  own_ids_.emplace(own_.back(), id);
  arena_bytes_ += text.size() + sizeof(std::string);
  return id;
}

SymbolId* QuerySymbols::make_ids(std::size_t count) {
  if (blocks_.empty() || block_size_ - block_used_ < count) {
    block_size_ = std::max(count, kBlockIds);
    block_used_ = 0;
    blocks_.push_back(std::make_unique<SymbolId[]>(block_size_));
    arena_bytes_ += block_size_ * sizeof(SymbolId);
  }
  SymbolId* ids = blocks_.back().get() + block_used_;
  block_used_ += count;
  return ids;
}

}  // namespace sluice::promql
