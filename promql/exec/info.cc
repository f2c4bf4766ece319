#include "promql/exec/info.h"

#include <algorithm>
#include <cmath>

#include "promql/exec/label_edit.h"
#include "promql/exec/row_table.h"
#include "promql/value/failure.h"

namespace sluice::promql {

Result<InfoQuestion> InfoQuestion::of(std::span<const Matcher> matchers) {
  InfoQuestion question;
  bool any_positive = false;
  for (const Matcher& m : matchers) {
    (m.name() == kMetricName ? question.names : question.data).push_back(m);
    any_positive = any_positive || (m.name() == kMetricName &&
                                    (m.op() == Matcher::Op::equal || m.op() == Matcher::Op::regex));
  }
  if (any_positive) return question;
  auto fallback = question.names.empty()
                      ? Matcher::make(Matcher::Op::equal, std::string(kMetricName), "target_info")
                      : Matcher::make(Matcher::Op::regex, std::string(kMetricName), ".+_info");
  if (!fallback) return tl::unexpected(fallback.error());
  question.names.push_back(std::move(*fallback));
  return question;
}

bool InfoQuestion::is_info_name(std::string_view name) const {
  return std::all_of(names.begin(), names.end(), [&](const Matcher& m) { return m.matches(name); });
}

bool InfoQuestion::wants(std::string_view label) const {
  if (label == kMetricName) return false;
  return data.empty() || std::any_of(data.begin(), data.end(), [&](const Matcher& m) { return m.name() == label; });
}

bool InfoQuestion::all_match_empty() const {
  return std::all_of(data.begin(), data.end(), [](const Matcher& m) { return m.matches_empty(); });
}

// The info series by what identifies them. Of two that say the same at one step the newer one is right; two of one
// time are an error, unless there is nothing to enrich then.
Result<void> InfoJoin::group_infos(const Batch& base) {
  std::vector<std::uint64_t> any_base(base.words());
  for (std::size_t row = 0; row < base.rows(); ++row)
    for (std::size_t w = 0; w < base.words(); ++w) any_base[w] |= base.present(row)[w];
  LabelRules& rules = context_.labels();
  for (std::uint32_t row = 0; row < infos_.rows(); ++row) {
    const auto key = identity_.key(infos_.labels(row));
    if (key.empty()) continue;
    for (std::size_t step = 0; step < steps_; ++step)
      if (infos_.histogram(row, step) != nullptr && test_bit(any_base.data(), step))
        return evaluation_failed("this should be an info metric, with float samples: " +
                                 rules.text_of(infos_.labels(row)).text());
    const std::uint32_t identity = identities_.find_or_add(key);
    if (identity == by_identity_.size()) by_identity_.emplace_back();
    by_identity_[identity][std::string(rules.get(infos_.labels(row), kMetricName))].push_back(row);
  }
  for (std::uint32_t identity = 0; identity < by_identity_.size(); ++identity)
    for (std::size_t step = 0; step < steps_; ++step)
      if (test_bit(any_base.data(), step))
        if (auto chosen = chosen_at(identity, step); !chosen) return tl::unexpected(chosen.error());
  return {};
}

// One info series per metric name.
Result<InfoJoin::Rows> InfoJoin::chosen_at(std::uint32_t identity, std::size_t step) const {
  Rows chosen;
  for (const auto& [name, rows] : by_identity_[identity]) {
    std::uint32_t best = KeyTable::kAbsent;
    for (const std::uint32_t row : rows) {
      if (!infos_.has(row, step)) continue;
      if (best != KeyTable::kAbsent && infos_.values(row)[step] == infos_.values(best)[step]) {
        const auto described = [&](std::uint32_t r) {
          return context_.labels().text_of(infos_.labels(r)).text() + " @ " +
                 std::to_string(std::llround(infos_.values(r)[step] * 1000));
        };
        return evaluation_failed("found duplicate series for info metric: existing " + described(best) + ", new " +
                                 described(row));
      }
      if (best == KeyTable::kAbsent || infos_.values(row)[step] > infos_.values(best)[step]) best = row;
    }
    if (best != KeyTable::kAbsent) chosen.push_back(best);
  }
  return chosen;
}

Result<SeriesLabels> InfoJoin::enriched(const SeriesLabels& base, const Rows& chosen) {
  LabelRules& rules = context_.labels();
  QuerySymbols& symbols = rules.symbols();
  const auto key = rules.visible_key(base);
  std::vector<std::uint32_t> pairs(key.begin(), key.end());
  std::map<std::string, std::string> added;
  for (const std::uint32_t row : chosen) {
    const LabelsView info = infos_.labels(row).view;
    for (std::uint32_t i = 0; i < info.count; ++i) {
      const std::string name(symbols.text(info.names[i])), value(symbols.text(info.values[i]));
      if (!question_.wants(name)) continue;
      const auto known = added.find(name);
      if (known != added.end() && known->second != value) return evaluation_failed("conflicting label: " + name);
      if (!rules.get(base, name).empty()) continue;
      added[name] = value;
    }
  }
  for (const auto& [name, value] : added) set_label(pairs, symbols, name, value);
  return SeriesLabels{rules.maker().from_key(pairs), rules.delayed() ? base.drop : Drop::none};
}

Result<void> InfoJoin::fill(Batch& table) {
  Batch base;
  if (auto done = collect(*from_base_, context_, base, steps_); !done) return done;
  if (auto done = collect(*from_info_, context_, infos_, steps_); !done) return done;
  if (auto done = group_infos(base); !done) return done;
  table.reset(steps_);
  RowTable rows(context_, table);
  for (std::size_t row = 0; row < base.rows(); ++row) {
    const SeriesLabels labels = base.labels(row);
    if (question_.is_info_name(context_.labels().get(labels, kMetricName))) {
      if (auto done = rows.merge(labels, base, row); !done) return done;
      continue;
    }
    const auto key = identity_.key(labels);
    const std::uint32_t identity = key.empty() ? KeyTable::kAbsent : identities_.find(key);
    std::map<Rows, std::size_t> known;  // which info series give which row of the answer
    for (std::size_t step = 0; step < steps_; ++step) {
      if (!base.has(row, step)) continue;
      Rows chosen;
      if (identity != KeyTable::kAbsent) {
        auto found = chosen_at(identity, step);
        if (!found) return tl::unexpected(found.error());
        chosen = std::move(*found);
      }
      if (chosen.empty() && !question_.all_match_empty()) continue;
      if (!known.contains(chosen)) {
        auto result = enriched(labels, chosen);
        if (!result) return tl::unexpected(result.error());
        known[chosen] = rows.row_of(*result);
      }
      const std::size_t to = known[chosen];
      if (table.has(to, step)) return duplicate_labels();
      table.copy_cell(to, step, base, row, step);
    }
  }
  return context_.hold(table.sample_count(), table.bytes());
}

}  // namespace sluice::promql
