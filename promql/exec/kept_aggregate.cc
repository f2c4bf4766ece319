#include "promql/exec/kept_aggregate.h"

#include <algorithm>
#include <utility>

#include "promql/syntax/parser.h"

namespace sluice::promql {
namespace {

std::size_t steps_between(std::int64_t from_ms, std::int64_t to_ms, std::int64_t step_ms) {
  return to_ms <= from_ms ? 0 : static_cast<std::size_t>((to_ms - from_ms) / step_ms);
}

StepGrid part_of(const StepGrid& grid, std::int64_t first_ms, std::int64_t last_ms) {
  return {first_ms, grid.step_ms, steps_between(first_ms, last_ms, grid.step_ms) + 1};
}

// Columns [from, from + steps) of `rows`; rows without any sample there are left out.
void cut(const Batch& rows, std::size_t from, std::size_t steps, Batch& out) {
  out.reset(steps);
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::size_t to = out.add_row(rows.labels(row));
    for_each_bit(rows.present(row), rows.words(), [&](std::size_t step) {
      if (step >= from && step < from + steps) out.copy_cell(to, step - from, rows, row, step);
    });
    if (out.row_empty(to)) out.remove_last_row();
  }
}

bool reads_counts_only(const Plan& plan) {
  return plan.counts_only || std::any_of(plan.children.begin(), plan.children.end(),
                                         [](const PlanPtr& child) { return reads_counts_only(*child); });
}

}  // namespace

std::optional<Keepable> keepable(const Plan& plan, const StepGrid& grid, const QueryContext& context) {
  if (context.keeper() == nullptr || grid.count < 2 || reads_counts_only(plan)) return std::nullopt;
  // Rows that differ in these only may collide when names are dropped, which is judged over all steps together.
  if (context.symbols().find(kTypeLabel) || context.symbols().find(kUnitLabel)) return std::nullopt;
  const std::int64_t lookback_ms = context.options().lookback_ms;
  const auto reach = reach_of(*plan.expr, lookback_ms);
  if (!reach) return std::nullopt;
  const std::int64_t phase_ms = (grid.start_ms % grid.step_ms + grid.step_ms) % grid.step_ms;
  return Keepable{std::to_string(grid.step_ms) + ' ' + std::to_string(phase_ms) + ' ' + std::to_string(lookback_ms) +
                      ' ' + canonical_text(*plan.expr),
                  *reach};
}

Result<VectorOperatorPtr> KeptAggregate::make(QueryContext& context, const StepGrid& grid, Keepable kept,
                                              const Build& build) {
  auto made = std::make_unique<KeptAggregate>(context, grid, std::move(kept));
  if (auto done = made->open(build); !done) return tl::unexpected(done.error());
  return made;
}

Result<void> KeptAggregate::open(const Build& build) {
  kept_ = context_.keeper()->find(question_, reach_);
  const StepSpan used{std::max(kept_.span.first_ms, grid_.start_ms), std::min(kept_.span.last_ms, grid_.end_ms())};
  if (kept_.rows == nullptr || used.empty()) {
    kept_.rows = nullptr;
    return open_gap(grid_, build);
  }
  if (grid_.start_ms < kept_.span.first_ms)
    if (auto done = open_gap(part_of(grid_, grid_.start_ms, kept_.span.first_ms - grid_.step_ms), build); !done)
      return done;
  if (grid_.end_ms() > kept_.span.last_ms)
    return open_gap(part_of(grid_, kept_.span.last_ms + grid_.step_ms, grid_.end_ms()), build);
  return {};
}

Result<void> KeptAggregate::open_gap(const StepGrid& gap, const Build& build) {
  Annotations outside = std::exchange(context_.annotations(), {});
  auto from = build(gap);
  gaps_.push_back({gap, nullptr, std::exchange(context_.annotations(), std::move(outside)), {}});
  if (!from) return tl::unexpected(from.error());
  gaps_.back().from = std::move(*from);
  return {};
}

Result<void> KeptAggregate::fill(Batch& table) {
  return kept_.rows == nullptr ? fill_whole(table) : fill_around(table);
}

Result<void> KeptAggregate::fill_whole(Batch& table) {
  if (auto done = evaluate(gaps_.front(), table); !done) return done;
  context_.keeper()->count(0, grid_.count);
  if (!annotated()) keep(table, grid_);
  return {};
}

// What is missing before and after the kept steps is evaluated and joined with them.
Result<void> KeptAggregate::fill_around(Batch& table) {
  const StepGrid whole = worth_keeping(kept_.span);
  std::vector<Piece> pieces{piece_of(kept_, whole)};
  std::size_t evaluated = 0;
  for (Gap& gap : gaps_) {
    if (auto done = evaluate(gap, gap.rows); !done) return done;
    evaluated += gap.grid.count;
    pieces.push_back(piece_of(gap.rows, steps_between(whole.start_ms, gap.grid.start_ms, whole.step_ms)));
  }
  context_.keeper()->count(grid_.count - evaluated, evaluated);
  Batch all;
  join(pieces, whole, all);
  if (auto held = context_.hold(all.sample_count(), all.bytes()); !held) return held;
  if (!annotated() && evaluated > 0) keep(all, whole);
  cut(all, steps_between(whole.start_ms, grid_.start_ms, grid_.step_ms), grid_.count, table);
  return {};
}

Result<void> KeptAggregate::evaluate(Gap& gap, Batch& rows) {
  Annotations outside = std::exchange(context_.annotations(), std::move(gap.annotations));
  const auto done = collect(*gap.from, context_, rows, gap.grid.count);
  gap.from.reset();
  gap.annotations = std::exchange(context_.annotations(), std::move(outside));
  context_.annotations().merge(gap.annotations);
  return done;
}

bool KeptAggregate::annotated() const {
  return std::any_of(gaps_.begin(), gaps_.end(), [](const Gap& gap) { return !gap.annotations.empty(); });
}

// Steps around what is asked stay for one more length of it on either side: a dashboard that moves on does not come
// back.
StepGrid KeptAggregate::worth_keeping(StepSpan kept) const {
  const std::size_t before = std::min(steps_between(kept.first_ms, grid_.start_ms, grid_.step_ms), grid_.count);
  const std::size_t behind = std::min(steps_between(grid_.end_ms(), kept.last_ms, grid_.step_ms), grid_.count);
  return {grid_.start_ms - static_cast<std::int64_t>(before) * grid_.step_ms, grid_.step_ms,
          grid_.count + before + behind};
}

KeptAggregate::Piece KeptAggregate::piece_of(const Kept& kept, const StepGrid& whole) {
  const StepGrid& grid = kept.rows->grid();
  const std::int64_t first_ms = std::max(kept.span.first_ms, whole.start_ms);
  const std::int64_t last_ms = std::min(kept.span.last_ms, whole.end_ms());
  Piece piece{&kept.rows->rows(),
              {},
              steps_between(grid.start_ms, first_ms, grid.step_ms),
              steps_between(whole.start_ms, first_ms, grid.step_ms),
              part_of(grid, first_ms, last_ms).count};
  std::vector<std::uint32_t> key;
  const auto import = [&](SymbolId id) { return context_.symbols().intern(kept.rows->text(id)).value(); };
  for (std::size_t row = 0; row < piece.rows->rows(); ++row) {
    const SeriesLabels& labels = piece.rows->labels(row);
    key.clear();
    for (std::uint32_t i = 0; i < labels.view.count; ++i) {
      key.push_back(import(labels.view.names[i]));
      key.push_back(import(labels.view.values[i]));
    }
    piece.labels.push_back({context_.labels().maker().from_key(key), labels.drop});
  }
  return piece;
}

KeptAggregate::Piece KeptAggregate::piece_of(const Batch& rows, std::size_t to_step) const {
  Piece piece{&rows, {}, 0, to_step, rows.steps()};
  for (std::size_t row = 0; row < rows.rows(); ++row) piece.labels.push_back(rows.labels(row));
  return piece;
}

void KeptAggregate::join(std::vector<Piece>& pieces, const StepGrid& whole, Batch& rows) const {
  rows.reset(whole.count);
  std::vector<std::size_t> at(pieces.size());
  const auto labels = [&](std::size_t piece) -> const SeriesLabels& { return pieces[piece].labels[at[piece]]; };
  const auto done = [&](std::size_t piece) { return at[piece] == pieces[piece].labels.size(); };
  const auto order = [&](std::size_t a, std::size_t b) {
    return compare(labels(a).view, labels(b).view, context_.symbols());
  };
  for (;;) {
    std::size_t least = pieces.size();
    for (std::size_t i = 0; i < pieces.size(); ++i)
      if (!done(i) && (least == pieces.size() || order(i, least) < 0)) least = i;
    if (least == pieces.size()) return;
    const std::size_t row = rows.add_row(labels(least));
    std::vector<std::size_t> equal;
    for (std::size_t i = 0; i < pieces.size(); ++i)
      if (!done(i) && order(i, least) == 0) equal.push_back(i);
    for (const std::size_t i : equal) {
      const Piece& piece = pieces[i];
      rows.labels(row).drop = promql::join(rows.labels(row).drop, labels(i).drop);
      for_each_bit(piece.rows->present(at[i]), piece.rows->words(), [&](std::size_t step) {
        if (step >= piece.from_step && step < piece.from_step + piece.steps)
          rows.copy_cell(row, piece.to_step + step - piece.from_step, *piece.rows, at[i], step);
      });
      ++at[i];
    }
    if (rows.row_empty(row)) rows.remove_last_row();
  }
}

// The oldest steps may miss samples already, and should not go on missing them when retention is raised.
void KeptAggregate::keep(const Batch& rows, const StepGrid& grid) const {
  RowKeeper& keeper = *context_.keeper();
  if (rows.bytes() > keeper.rows_bytes_max()) return;
  const std::int64_t from_ms = std::max(grid.start_ms, keeper.whole_from_ms(reach_));
  if (from_ms > grid.end_ms()) return;
  const std::size_t skipped = steps_between(grid.start_ms, from_ms + grid.step_ms - 1, grid.step_ms);
  Batch copy;
  cut(rows, skipped, grid.count - skipped, copy);
  const StepGrid kept{grid.at(skipped), grid.step_ms, grid.count - skipped};
  keeper.keep(question_, std::make_shared<const KeptRows>(std::move(copy), kept, context_.symbols()));
}

}  // namespace sluice::promql
