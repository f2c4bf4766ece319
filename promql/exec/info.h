// promql/exec/info.h
//
// Room: promql/exec. info(v, {matchers}): the labels of info metrics (target_info and its like) joined to the series of v
// by instance and job (contract 3.7.1).
#pragma once

#include <map>

#include "promql/exec/operator.h"
#include "proto/model/matcher.h"

namespace sluice::promql {

// The second argument taken apart.
struct InfoQuestion {
  std::vector<Matcher> names;  // what makes a metric an info metric
  std::vector<Matcher> data;   // of the labels that are wanted; empty: all labels

  static Result<InfoQuestion> of(std::span<const Matcher> matchers);
  bool is_info_name(std::string_view name) const;
  bool wants(std::string_view label) const;
  bool all_match_empty() const;
};

// `from_info` yields the info series, each cell the time of its sample in seconds; histograms stay histograms.
class InfoJoin final : public TableOperator {
 public:
  InfoJoin(QueryContext& context, VectorOperatorPtr from_base, VectorOperatorPtr from_info, InfoQuestion question,
           std::size_t steps)
      : TableOperator(context), from_base_(std::move(from_base)), from_info_(std::move(from_info)),
        question_(std::move(question)), steps_(steps),
        identity_(context.labels().chooser(LabelChooser::Mode::keep, {"instance", "job"})) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  using Rows = std::vector<std::uint32_t>;
  Result<void> group_infos(const Batch& base);
  Result<Rows> chosen_at(std::uint32_t identity, std::size_t step) const;
  Result<SeriesLabels> enriched(const SeriesLabels& base, const Rows& chosen);

  const VectorOperatorPtr from_base_, from_info_;
  const InfoQuestion question_;
  const std::size_t steps_;
  LabelChooser identity_;
  Batch infos_;
  KeyTable identities_;
  std::vector<std::map<std::string, Rows>> by_identity_;  // metric name to info rows
};

}  // namespace sluice::promql
