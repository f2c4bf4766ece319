#include "promql/exec/binary_vector.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <type_traits>

#include "promql/exec/result_labels.h"
#include "promql/exec/row_table.h"
#include "promql/value/failure.h"

namespace sluice::promql {
namespace {

using Bits = std::vector<std::uint64_t>;

Bits any_present(const Batch& rows) {
  Bits bits(rows.words());
  for (std::size_t row = 0; row < rows.rows(); ++row)
    for (std::size_t w = 0; w < rows.words(); ++w) bits[w] |= rows.present(row)[w];
  return bits;
}

// One evaluation. "many" and "one" name the sides as group_left/right see them; one-to-one calls the left one "many".
class Matching {
 public:
  Matching(QueryContext& context, const Binary& expr, std::int32_t position, Batch& left, Batch& right, Batch& table)
      : context_(context),
        expr_(expr),
        position_(position),
        swapped_(expr.matching->cardinality == MatchCardinality::one_to_many),
        many_(swapped_ ? right : left),
        one_(swapped_ ? left : right),
        signature_(signature_chooser(context, *expr.matching)),
        groups_(signature_, many_, one_),
        labels_(context, expr),
        table_(context, table),
        any_many_(any_present(many_)) {}

  Result<void> run() {
    if (auto done = refuse_duplicates(); !done) return done;
    matched_.assign(fill_many() ? groups_.size() : 0, Bits(many_.words()));
    for (std::size_t row = 0; row < many_.rows(); ++row)
      if (auto done = match_row(row); !done) return done;
    if (fill_many())
      if (auto done = fill_missing_many(); !done) return done;
    for (const auto& [step, note] : notes_) context_.annotations().merge(note);
    return {};
  }

 private:
  bool one_to_one() const { return expr_.matching->cardinality == MatchCardinality::one_to_one; }
  // With group_right the sides are swapped before the fill values are read, and so do we.
  const std::optional<double>& fill_many() const { return expr_.matching->fill_left; }
  const std::optional<double>& fill_one() const { return expr_.matching->fill_right; }

  // Two rows of the "one" side under one signature at one step. Nothing is refused at steps where nothing could match.
  // The error names the first row, at the first step, that repeats a signature.
  Result<void> refuse_duplicates() const {
    Bits relevant = any_many_;
    if (fill_many() || fill_one()) std::fill(relevant.begin(), relevant.end(), ~std::uint64_t{0});
    std::optional<Repetition> first;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const auto& rows = groups_[g].right;
      for (std::size_t b = 1; b < rows.size(); ++b)
        for (std::size_t a = 0; a < b; ++a) {
          const auto step = first_common_step(rows[a], rows[b], relevant);
          if (step && (!first || std::pair(*step, rows[b]) < std::pair(first->step, first->row)))
            first = Repetition{*step, rows[b], rows[a], g};
        }
    }
    if (first) return duplicate(first->group, first->row, first->before);
    return {};
  }

  struct Repetition {
    std::size_t step;
    std::uint32_t row, before;
    std::size_t group;
  };

  std::optional<std::size_t> first_common_step(std::size_t a, std::size_t b, const Bits& relevant) const {
    for (std::size_t w = 0; w < one_.words(); ++w)
      if (const std::uint64_t common = one_.present(a)[w] & one_.present(b)[w] & relevant[w])
        return w * 64 + static_cast<std::size_t>(std::countr_zero(common));
    return std::nullopt;
  }

  tl::unexpected<Error> duplicate(std::size_t group, std::size_t a, std::size_t b) const {
    LabelRules& rules = context_.labels();
    std::string texts[] = {rules.text_of(one_.labels(a)).text(), rules.text_of(one_.labels(b)).text()};
    if (texts[1] < texts[0]) std::swap(texts[0], texts[1]);
    const std::string match = rules.text_of(labels_.of_signature(groups_.signature(group))).text();
    return evaluation_failed("found duplicate series for the match group " + match + " on the " +
                             (swapped_ ? "left" : "right") + " hand-side of the operation: [" + texts[0] + ", " +
                             texts[1] +
                             "];many-to-many matching not allowed: matching labels must be unique on one side");
  }

  Result<void> match_row(std::size_t many_row) {
    const std::size_t group = groups_.group_of_left(many_row);
    Bits unmatched(many_.present(many_row), many_.present(many_row) + many_.words());
    Bits both(many_.words());
    for (const std::uint32_t one_row : groups_[group].right) {
      for (std::size_t w = 0; w < both.size(); ++w) {
        both[w] = unmatched[w] & one_.present(one_row)[w];
        unmatched[w] &= ~both[w];
      }
      const Side many{&many_, many_row, 0}, one{&one_, one_row, 0};
      if (auto done = combine(group, labels_.of(many_.labels(many_row), one_.labels(one_row)), many, one, both); !done)
        return done;
    }
    if (!fill_one() || !any_bit(unmatched.data(), unmatched.size())) return {};
    const SeriesLabels nobody = labels_.of_signature(groups_.signature(group));
    const Side many{&many_, many_row, 0}, one{nullptr, 0, *fill_one()};
    return combine(group, labels_.of(many_.labels(many_row), nobody), many, one, unmatched);
  }

  Result<void> fill_missing_many() {
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      for (const std::uint32_t one_row : groups_[group].right) {
        Bits alone(one_.present(one_row), one_.present(one_row) + one_.words());
        for (std::size_t w = 0; w < alone.size(); ++w) alone[w] &= ~matched_[group][w];
        if (!any_bit(alone.data(), alone.size())) continue;
        const SeriesLabels nobody = labels_.of_signature(groups_.signature(group));
        const Side many{nullptr, 0, *fill_many()}, one{&one_, one_row, 0};
        if (auto done = combine(group, labels_.of(nobody, one_.labels(one_row)), many, one, alone); !done) return done;
      }
    }
    return {};
  }

  // A row of one side, or the value that stands for a missing one.
  struct Side {
    const Batch* rows;
    std::size_t row;
    double fill;
    Operand at(std::size_t step) const {
      if (rows == nullptr) return {fill, nullptr};
      return {rows->values(row)[step], rows->histogram_ptr(row, step)};
    }
    bool floats_only() const { return rows == nullptr || !rows->has_histograms(); }
    double value(std::size_t step) const { return rows == nullptr ? fill : rows->values(row)[step]; }
  };

  Result<void> combine(std::size_t group, const SeriesLabels& labels, const Side& many, const Side& one,
                       const Bits& steps) {
    if (!any_bit(steps.data(), steps.size())) return {};
    const Side& left = swapped_ ? one : many;
    const Side& right = swapped_ ? many : one;
    const std::size_t out = table_.row_of(labels);
    if (!left.floats_only() || !right.floats_only() || trims(expr_.op))
      return any_cells(group, out, left, right, steps);
    if (auto done = claim(group, out, steps); !done) return done;
    return floats(out, left, right, steps);
  }

  // Two samples that cannot be combined make no claim: at that step another pair still may, or a fill value.
  Result<void> any_cells(std::size_t group, std::size_t out, const Side& left, const Side& right, const Bits& steps) {
    Bits valid(steps.size());
    std::vector<std::pair<std::size_t, Operand>> answers;
    for_each_bit(steps.data(), steps.size(), [&](std::size_t step) {
      Annotations note;
      const CellResult result = operate(expr_.op, left.at(step), right.at(step), note, position_);
      if (!note.empty()) notes_[step] = std::move(note);
      if (!result.valid) return;
      set_bit(valid.data(), step);
      if (expr_.return_bool)
        answers.emplace_back(step, Operand{result.keep ? 1.0 : 0.0, nullptr});
      else if (result.keep)
        answers.emplace_back(step, result.cell);
    });
    if (auto done = claim(group, out, valid); !done) return done;
    for (const auto& [step, answer] : answers)
      if (auto done = put(out, step, answer); !done) return done;
    return {};
  }

  Result<void> floats(std::size_t out, const Side& left, const Side& right, const Bits& steps) {
    Result<void> outcome;
    with_float_operation(expr_.op, [&](auto f) {
      for_each_bit(steps.data(), steps.size(), [&](std::size_t step) {
        const auto value = f(left.value(step), right.value(step));
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>) {
          if (!expr_.return_bool && !value) return;
          if (outcome) outcome = put(out, step, {expr_.return_bool ? value : left.value(step), nullptr});
        } else {
          if (outcome) outcome = put(out, step, {value, nullptr});
        }
      });
    });
    return outcome;
  }

  // One-to-one allows one pair per signature and step; grouping allows one per result labels. A comparison that does
  // not hold has made its claim all the same.
  Result<void> claim(std::size_t group, std::size_t out, const Bits& steps) {
    if (!matched_.empty())
      for (std::size_t w = 0; w < steps.size(); ++w) matched_[group][w] |= steps[w];
    const std::size_t owner = one_to_one() ? group : out;
    if (owner >= claimed_.size()) claimed_.resize(owner + 1);
    Bits& claimed = claimed_[owner];
    claimed.resize(steps.size());
    for (std::size_t w = 0; w < steps.size(); ++w) {
      if ((claimed[w] & steps[w]) != 0)
        return evaluation_failed(
            one_to_one() ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                         : "multiple matches for labels: grouping labels must ensure unique matches");
      claimed[w] |= steps[w];
    }
    return {};
  }

  Result<void> put(std::size_t out, std::size_t step, const Operand& cell) {
    Batch& rows = table_.rows();
    if (rows.has(out, step)) return duplicate_labels();
    if (cell.histogram != nullptr)
      rows.set_histogram(out, step, cell.histogram);
    else
      rows.set_float(out, step, cell.value);
    return {};
  }

  QueryContext& context_;
  const Binary& expr_;
  const std::int32_t position_;
  const bool swapped_;
  Batch &many_, &one_;
  LabelChooser signature_;
  const MatchGroups groups_;
  ResultLabels labels_;
  RowTable table_;
  const Bits any_many_;
  std::map<std::size_t, Annotations> notes_;  // Prometheus keeps the last one of each step
  std::vector<Bits> claimed_;                 // by signature, or by row of the answer
  std::vector<Bits> matched_;                 // by signature, where a missing "many" side is to be filled
};

}  // namespace

Result<void> BinaryVector::fill(Batch& table) {
  Batch left, right;
  if (auto done = collect(*left_, context_, left, steps_); !done) return done;
  if (auto done = collect(*right_, context_, right, steps_); !done) return done;
  table.reset(steps_);
  if (auto done = Matching(context_, expr_, position_, left, right, table).run(); !done) return done;
  return context_.hold(table.sample_count(), table.bytes());
}

}  // namespace sluice::promql
