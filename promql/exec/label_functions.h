// promql/exec/label_functions.h
//
// Room: promql/exec. label_replace and label_join. Rows whose labels become equal are merged, in both modes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "promql/exec/operator.h"

namespace re2 {
class RE2;
}

namespace sluice::promql {

// One edit of one label set. Remembers nothing.
class LabelEdit {
 public:
  virtual ~LabelEdit() = default;
  virtual const std::string& target() const = 0;
  // The new value of the target; false: the labels stay as they are.
  virtual bool edit(const SeriesLabels& labels, LabelRules& rules, std::string& value) const = 0;
};

Result<std::unique_ptr<LabelEdit>> make_label_replace(const std::string& target, const std::string& replacement,
                                                      const std::string& source, const std::string& regex);
Result<std::unique_ptr<LabelEdit>> make_label_join(const std::string& target, const std::string& separator,
                                                   std::vector<std::string> sources);

bool is_label_function(std::string_view name);

class LabelFunction final : public TableOperator {
 public:
  LabelFunction(QueryContext& context, VectorOperatorPtr from, std::unique_ptr<LabelEdit> edit, std::size_t steps)
      : TableOperator(context), from_(std::move(from)), edit_(std::move(edit)), steps_(steps) {}

 protected:
  Result<void> fill(Batch& table) override;

 private:
  SeriesLabels edited(const SeriesLabels& labels) const;

  const VectorOperatorPtr from_;
  const std::unique_ptr<LabelEdit> edit_;
  const std::size_t steps_;
};

}  // namespace sluice::promql
