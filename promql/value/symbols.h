// promql/value/symbols.h
//
// Room: promql/value. The source's symbols, and above them the few strings a query makes itself (label_replace,
// count_values, ...). Also the memory of every label set that a query makes.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/model/labels.h"
#include "proto/model/series_source.h"

namespace sluice::promql {

// Invariant: one text has one id, also across the source's and the query's own symbols.
// Thread safety: intern() and make_ids() from one thread at a time, and not beside text() of new ids.
class QuerySymbols final : public SymbolSource {
 public:
  explicit QuerySymbols(std::shared_ptr<const SeriesSource> source);

  std::string_view text(SymbolId id) const override;
  std::optional<SymbolId> find(std::string_view text) const override;
  SymbolId intern(std::string_view text);

  // An array that lives as long as this object.
  SymbolId* make_ids(std::size_t count);

  std::size_t arena_bytes() const { return arena_bytes_; }

 private:
  static constexpr std::uint32_t kFirstOwn = 0x80000000U;  // a source's symbol table never grows that large
  static constexpr std::size_t kBlockIds = 16 * 1024;

  std::shared_ptr<const SeriesSource> source_;
  const SymbolSource& base_;
  std::deque<std::string> own_;
  std::unordered_map<std::string_view, SymbolId> own_ids_;
  std::vector<std::unique_ptr<SymbolId[]>> blocks_;
  std::size_t block_used_ = 0, block_size_ = 0, arena_bytes_ = 0;
};

}  // namespace sluice::promql
