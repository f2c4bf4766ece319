// Function calls. Most are in the tables of promql/func; those that look at many series or at labels have a line here.
#include "promql/exec/build_call.h"

#include <optional>
#include <unordered_map>

#include "promql/exec/absent.h"
#include "promql/exec/cell_function.h"
#include "promql/exec/histogram_functions.h"
#include "promql/exec/info.h"
#include "promql/exec/label_functions.h"
#include "promql/exec/sorting.h"
#include "promql/exec/unique.h"
#include "promql/exec/uniqueness.h"
#include "promql/exec/vector_of.h"
#include "promql/func/vector_function.h"
#include "promql/plan/reference.h"
#include "promql/value/failure.h"
#include "promql/value/go_number.h"

namespace sluice::promql {
namespace {

constexpr const char kSortIneffective[] =
    "sort is ineffective for range queries since results are always ordered by labels";

// What is left of sort() where there is no order: histograms have no place in it.
constexpr VectorFunction kFloatsOnly{
    "sort", [](double value, std::span<const double>) { return value; }, nullptr, nullptr, Drop::none, false};

constexpr VectorFunction kNoCells{"start_timestamp", nullptr, nullptr, nullptr, Drop::metadata, false};

class CallBuilder {
 public:
  CallBuilder(const Plan& plan, const StepGrid& grid, QueryContext& context)
      : plan_(plan), call_(as<Call>(*plan.expr)), name_(call_.function->name), grid_(grid), context_(context) {}

  Result<VectorOperatorPtr> build() const {
    using Special = Result<VectorOperatorPtr> (CallBuilder::*)() const;
    static const std::unordered_map<std::string_view, Special> specials = {
        {"vector", &CallBuilder::vector_of},
        {"absent", &CallBuilder::absent},
        {"absent_over_time", &CallBuilder::absent},
        {"timestamp", &CallBuilder::timestamp},
        {"start_timestamp", &CallBuilder::start_timestamp},
        {"info", &CallBuilder::info},
        {"label_replace", &CallBuilder::label_replace},
        {"label_join", &CallBuilder::label_join},
        {"sort", &CallBuilder::sort},
        {"sort_desc", &CallBuilder::sort},
        {"sort_by_label", &CallBuilder::sort},
        {"sort_by_label_desc", &CallBuilder::sort},
        {"histogram_quantile", &CallBuilder::histogram_quantile},
        {"histogram_fraction", &CallBuilder::histogram_fraction},
        {"histogram_quantiles", &CallBuilder::histogram_quantiles},
    };
    if (const auto special = specials.find(name_); special != specials.end()) return (this->*special->second)();
    if (const RangeFunction* function = find_range_function(name_)) return range_function(*function);
    if (const VectorFunction* function = find_vector_function(name_)) return cell_function(*function);
    if (type_of(plan_) == ValueType::scalar) return of_values(evaluate_scalar(plan_, grid_, context_));
    return not_supported("function " + name_ + "()");
  }

 private:
  const Plan& argument(std::size_t i) const { return *plan_.children[i]; }
  std::size_t arguments() const { return plan_.children.size(); }
  const std::string& text(std::size_t i) const { return as<StringLiteral>(*unwrapped(argument(i)).expr).value; }
  Result<VectorOperatorPtr> vector(std::size_t i) const { return build_vector(argument(i), grid_, context_); }
  Result<std::vector<double>> number(std::size_t i) const { return evaluate_scalar(argument(i), grid_, context_); }

  Result<VectorOperatorPtr> of_values(Result<std::vector<double>> values) const {
    if (!values) return tl::unexpected(values.error());
    return std::make_unique<VectorOf>(context_, std::move(*values));
  }
  Result<VectorOperatorPtr> vector_of() const { return of_values(number(0)); }

  // Prometheus checks the series of a range function whatever their times, and only in immediate mode.
  Result<VectorOperatorPtr> range_function(const RangeFunction& function) const {
    auto rows = build_range_function(plan_, function, grid_, context_);
    if (!rows || function.keeps_name || context_.labels().delayed()) return rows;
    for (const PlanPtr& child : plan_.children)
      if (type_of(*child) == ValueType::matrix && !unique_without_names(unwrapped(*child), context_))
        return std::make_unique<RefuseDuplicates>(context_, std::move(*rows));
    return rows;
  }

  Result<VectorOperatorPtr> cell_function(const VectorFunction& function) const {
    std::vector<std::vector<double>> numbers;
    const Plan* operand = nullptr;
    for (const PlanPtr& child : plan_.children) {
      if (type_of(*child) == ValueType::vector) {
        operand = child.get();
        continue;
      }
      auto values = evaluate_scalar(*child, grid_, context_);
      if (!values) return tl::unexpected(values.error());
      numbers.push_back(std::move(*values));
    }
    if (operand == nullptr) return of_time(function);
    auto rows = build_vector(*operand, grid_, context_);
    if (!rows) return rows;
    auto result = std::make_unique<CellFunction>(std::move(*rows), function, std::move(numbers), grid_.count);
    return unique_after_drop(*operand, std::move(result), grid_, context_);
  }

  // hour() is hour(vector(time())).
  Result<VectorOperatorPtr> of_time(const VectorFunction& function) const {
    std::vector<double> times;
    for (std::size_t i = 0; i < grid_.count; ++i) times.push_back(static_cast<double>(grid_.at(i)) / 1000);
    return std::make_unique<CellFunction>(std::make_unique<VectorOf>(context_, std::move(times)), function,
                                          std::vector<std::vector<double>>{}, grid_.count);
  }

  Result<VectorOperatorPtr> absent() const {
    const Plan& operand = unwrapped(argument(0));
    const LabelsView labels = context_.labels().maker().from_labels(absent_labels(*operand.expr));
    static const RangeFunction& present = *find_range_function("present_over_time");
    auto rows = name_ == "absent" ? vector(0) : build_range_function(plan_, present, grid_, context_);
    if (!rows) return rows;
    return std::make_unique<Absent>(context_, std::move(*rows), labels, grid_.count);
  }

  Result<VectorOperatorPtr> timestamp() const {
    const Plan& operand = unwrapped(argument(0));
    if (operand.kind == PlanKind::selector) {
      auto rows = build_selector(operand, SelectorValue::time, grid_, context_);
      return rows ? unique_after_drop(operand, std::move(*rows), grid_, context_) : std::move(rows);
    }
    auto rows = vector(0);
    if (!rows) return rows;
    return unique_after_drop(operand, std::make_unique<StepTimes>(std::move(*rows), grid_), grid_, context_);
  }

  // The evaluation time, for samples that have lost their own.
  class StepTimes final : public RowTransform {
   public:
    StepTimes(VectorOperatorPtr from, const StepGrid& grid) : RowTransform(std::move(from)), grid_(grid) {}

   private:
    void transform(Batch& rows) override {
      for (std::size_t row = 0; row < rows.rows(); ++row) {
        rows.labels(row).drop = Drop::metadata;
        for_each_bit(rows.present(row), rows.words(),
                     [&](std::size_t step) { rows.set_float(row, step, static_cast<double>(grid_.at(step)) / 1000); });
      }
    }

    const StepGrid grid_;
  };

  Result<VectorOperatorPtr> start_timestamp() const {
    const Plan& operand = unwrapped(argument(0));
    if (operand.kind != PlanKind::selector) {  // evaluated for its errors and annotations only
      auto rows = vector(0);
      if (!rows) return rows;
      return std::make_unique<CellFunction>(std::move(*rows), kNoCells, std::vector<std::vector<double>>(),
                                            grid_.count);
    }
    if (!context_.options().use_start_timestamps) return std::make_unique<Nothing>();
    auto rows = build_selector(operand, SelectorValue::start, grid_, context_);
    return rows ? unique_after_drop(operand, std::move(*rows), grid_, context_) : std::move(rows);
  }

  Result<VectorOperatorPtr> label_replace() const {
    return edit(make_label_replace(text(1), text(2), text(3), text(4)));
  }
  Result<VectorOperatorPtr> label_join() const {
    std::vector<std::string> sources;
    for (std::size_t i = 3; i < arguments(); ++i) sources.push_back(text(i));
    return edit(make_label_join(text(1), text(2), std::move(sources)));
  }
  Result<VectorOperatorPtr> edit(Result<std::unique_ptr<LabelEdit>> edit) const {
    if (!edit) return tl::unexpected(edit.error());
    auto rows = build_series(argument(0), grid_, context_);
    if (!rows) return rows;
    return std::make_unique<LabelFunction>(context_, std::move(*rows), std::move(*edit), grid_.count);
  }

  Result<VectorOperatorPtr> info() const {
    std::span<const Matcher> matchers;
    if (arguments() > 1) matchers = as<VectorSelector>(*unwrapped(argument(1)).expr).matchers;
    auto question = InfoQuestion::of(matchers);
    if (!question) return tl::unexpected(question.error());
    auto base = vector(0);
    if (!base) return base;
    // Info series are looked up where the base looks.
    const LookTimes times = common_reference(argument(0)).value_or(LookTimes{});
    std::vector<Matcher> all = question->names;
    all.insert(all.end(), question->data.begin(), question->data.end());
    auto infos = build_info_selector(all, times, grid_, context_);
    if (!infos) return infos;
    return std::make_unique<InfoJoin>(context_, std::move(*base), std::move(*infos), std::move(*question), grid_.count);
  }

  Result<VectorOperatorPtr> sort() const {
    auto rows = vector(0);
    if (!rows) return rows;
    Sorting::Order order{name_.starts_with("sort_by_label"), name_.ends_with("_desc"), {}};
    if (!grid_.one_moment()) {
      context_.annotations().warn(kSortIneffective, plan_.position);
      if (order.by_label) return rows;
      return std::make_unique<CellFunction>(std::move(*rows), kFloatsOnly, std::vector<std::vector<double>>(),
                                            grid_.count);
    }
    for (std::size_t i = 1; i < arguments(); ++i) order.labels.push_back(text(i));
    return std::make_unique<Sorting>(context_, std::move(*rows), std::move(order));
  }

  Result<VectorOperatorPtr> histogram_quantile() const {
    HistogramQuestion question;
    auto q = number(0);
    if (!q) return tl::unexpected(q.error());
    question.outputs.push_back({{}, std::move(*q), {}, argument(0).position});
    return histogram(std::move(question), 1);
  }
  Result<VectorOperatorPtr> histogram_fraction() const {
    HistogramQuestion question;
    auto lower = number(0), upper = number(1);
    if (!lower) return tl::unexpected(lower.error());
    if (!upper) return tl::unexpected(upper.error());
    question.fraction = true;
    question.outputs.push_back({{}, std::move(*lower), std::move(*upper), 0});
    return histogram(std::move(question), 2);
  }
  Result<VectorOperatorPtr> histogram_quantiles() const {
    HistogramQuestion question;
    question.label = text(1);
    for (std::size_t i = 2; i < arguments(); ++i) {
      auto q = number(i);
      if (!q) return tl::unexpected(q.error());
      question.outputs.push_back({openmetrics_float(q->at(0)), std::move(*q), {}, argument(i).position});
    }
    return histogram(std::move(question), 0);
  }
  Result<VectorOperatorPtr> histogram(HistogramQuestion question, std::size_t operand) const {
    question.grid = grid_;
    question.vector_position = argument(operand).position;
    auto rows = vector(operand);
    if (!rows) return rows;
    const bool label_set = question.label.has_value();
    auto result = std::make_unique<HistogramFunction>(context_, std::move(*rows), std::move(question));
    if (label_set) return std::make_unique<MergeDuplicates>(context_, std::move(result), grid_.count);
    return unique_after_drop(argument(operand), std::move(result), grid_, context_);
  }

  const Plan& plan_;
  const Call& call_;
  const std::string& name_;
  const StepGrid& grid_;
  QueryContext& context_;
};

}  // namespace

Result<VectorOperatorPtr> build_call(const Plan& plan, const StepGrid& grid, QueryContext& context) {
  return CallBuilder(plan, grid, context).build();
}

}  // namespace sluice::promql
