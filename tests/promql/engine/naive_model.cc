#include "tests/promql/engine/naive_model.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sluice::promql::test {
namespace {

constexpr std::int64_t kLookbackMs = 5 * 60 * 1000;

Labels without(const Labels& labels, const std::vector<std::string>& names) {
  std::vector<Label> kept;
  for (const Label& l : labels.all())
    if (std::find(names.begin(), names.end(), l.name) == names.end()) kept.push_back(l);
  return Labels(std::move(kept));
}
Labels only(const Labels& labels, const std::vector<std::string>& names) {
  std::vector<Label> kept;
  for (const Label& l : labels.all())
    if (std::find(names.begin(), names.end(), l.name) != names.end()) kept.push_back(l);
  return Labels(std::move(kept));
}
Labels nameless(const Labels& labels) { return without(labels, {"__name__"}); }

bool matches(const Labels& labels, const std::vector<Matcher>& matchers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const Matcher& m) { return m.matches(labels.get(m.name())); });
}

double extrapolated(const std::vector<Sample>& w, std::int64_t start, std::int64_t end, bool counter, bool rate) {
  double result = w.back().value - w.front().value;
  for (std::size_t i = 1; counter && i < w.size(); ++i)
    if (w[i].value < w[i - 1].value) result += w[i - 1].value;
  const double sampled = static_cast<double>(w.back().timestamp_ms - w.front().timestamp_ms) / 1000;
  const double average = sampled / static_cast<double>(w.size() - 1);
  double to_start = static_cast<double>(w.front().timestamp_ms - start) / 1000;
  double to_end = static_cast<double>(end - w.back().timestamp_ms) / 1000;
  if (to_start >= average * 1.1) to_start = average / 2;
  if (counter && result > 0 && w.front().value >= 0)
    to_start = std::min(to_start, sampled * (w.front().value / result));
  if (to_end >= average * 1.1) to_end = average / 2;
  double factor = (sampled + to_start + to_end) / sampled;
  if (rate) factor /= static_cast<double>(end - start) / 1000;
  return result * factor;
}

double scalar_value(const Expr& expr) {
  if (expr.kind == ExprKind::number_literal) return as<NumberLiteral>(expr).value;
  throw std::logic_error("the model knows only literal scalars");
}

double apply(BinaryOp op, double a, double b) {
  switch (op) {
    case BinaryOp::add: return a + b;
    case BinaryOp::sub: return a - b;
    case BinaryOp::mul: return a * b;
    case BinaryOp::div: return a / b;
    case BinaryOp::gt: return a > b;
    case BinaryOp::le: return a <= b;
    default: throw std::logic_error("the model does not know this operator");
  }
}

}  // namespace

ModelVector NaiveModel::evaluate(const Expr& expr, std::int64_t now_ms) const {
  switch (expr.kind) {
    case ExprKind::paren: return evaluate(*as<Paren>(expr).expr, now_ms);
    case ExprKind::vector_selector: return selector(as<VectorSelector>(expr), now_ms);
    case ExprKind::call: return call(as<Call>(expr), now_ms);
    case ExprKind::aggregation: return aggregation(as<Aggregation>(expr), now_ms);
    case ExprKind::binary: return binary(as<Binary>(expr), now_ms);
    default: throw std::logic_error("the model does not know this expression");
  }
}

ModelVector NaiveModel::selector(const VectorSelector& expr, std::int64_t now_ms) const {
  const std::int64_t at = now_ms - expr.time.offset_ms;
  ModelVector out;
  for (const ModelSeries& s : series_) {
    if (!matches(s.labels, expr.matchers)) continue;
    const Sample* latest = nullptr;
    for (const Sample& sample : s.samples)
      if (sample.timestamp_ms <= at && sample.timestamp_ms > at - kLookbackMs) latest = &sample;
    if (latest != nullptr && !is_stale_nan(latest->value)) out[s.labels] = latest->value;
  }
  return out;
}

std::vector<ModelSeries> NaiveModel::windows(const Expr& expr, std::int64_t now_ms) const {
  std::map<Labels, std::vector<Sample>> found;
  if (expr.kind == ExprKind::matrix_selector) {
    const auto& matrix = as<MatrixSelector>(expr);
    const std::int64_t end = now_ms - matrix.selector->time.offset_ms;
    for (const ModelSeries& s : series_)
      for (const Sample& sample : s.samples)
        if (matches(s.labels, matrix.selector->matchers) && sample.timestamp_ms > end - matrix.range_ms &&
            sample.timestamp_ms <= end && !is_stale_nan(sample.value))
          found[s.labels].push_back(sample);
  } else {
    const auto& subquery = as<Subquery>(expr);
    const std::int64_t end = now_ms - subquery.time.offset_ms;
    for (std::int64_t t = 0; t <= end; t += subquery.step_ms)
      if (t > end - subquery.range_ms)
        for (const auto& [labels, value] : evaluate(*subquery.expr, t)) found[labels].push_back({t, value});
  }
  std::vector<ModelSeries> out;
  for (auto& [labels, samples] : found) out.push_back({labels, std::move(samples)});
  return out;
}

ModelVector NaiveModel::call(const Call& expr, std::int64_t now_ms) const {
  const std::string& name = expr.function->name;
  ModelVector out;
  if (name == "abs") {
    for (const auto& [labels, value] : evaluate(*expr.arguments[0], now_ms)) out[nameless(labels)] = std::fabs(value);
    return out;
  }
  const Expr& range = *expr.arguments[0];
  const bool subquery = range.kind == ExprKind::subquery;
  const std::int64_t offset = subquery ? as<Subquery>(range).time.offset_ms
                                       : as<MatrixSelector>(range).selector->time.offset_ms;
  const std::int64_t length = subquery ? as<Subquery>(range).range_ms : as<MatrixSelector>(range).range_ms;
  const std::int64_t end = now_ms - offset;
  for (const ModelSeries& s : windows(range, now_ms)) {
    double value = 0;
    if (name == "count_over_time") {
      value = static_cast<double>(s.samples.size());
    } else if (name == "sum_over_time" || name == "avg_over_time") {
      for (const Sample& sample : s.samples) value += sample.value;
      if (name == "avg_over_time") value /= static_cast<double>(s.samples.size());
    } else if (name == "max_over_time") {
      value = s.samples[0].value;
      for (const Sample& sample : s.samples) value = std::max(value, sample.value);
    } else {
      if (s.samples.size() < 2) continue;
      value = extrapolated(s.samples, end - length, end, name != "delta", name == "rate");
    }
    out[nameless(s.labels)] = value;
  }
  return out;
}

ModelVector NaiveModel::aggregation(const Aggregation& expr, std::int64_t now_ms) const {
  std::map<Labels, std::vector<double>> groups;
  for (const auto& [labels, value] : evaluate(*expr.expr, now_ms))
    groups[expr.without ? without(nameless(labels), expr.grouping) : only(labels, expr.grouping)].push_back(value);
  ModelVector out;
  for (const auto& [labels, values] : groups) {
    double sum = 0;
    for (const double v : values) sum += v;
    const double n = static_cast<double>(values.size());
    switch (expr.op) {
      case AggregationOp::sum: out[labels] = sum; break;
      case AggregationOp::avg: out[labels] = sum / n; break;
      case AggregationOp::count: out[labels] = n; break;
      case AggregationOp::min: out[labels] = *std::min_element(values.begin(), values.end()); break;
      case AggregationOp::max: out[labels] = *std::max_element(values.begin(), values.end()); break;
      default: throw std::logic_error("the model does not know this aggregation");
    }
  }
  return out;
}

ModelVector NaiveModel::binary(const Binary& expr, std::int64_t now_ms) const {
  const bool comparison = is_comparison(expr.op);
  ModelVector out;
  const ModelVector left = evaluate(*expr.lhs, now_ms);
  if (!expr.matching) {
    const double scalar = scalar_value(*expr.rhs);
    for (const auto& [labels, value] : left) {
      const double result = apply(expr.op, value, scalar);
      if (!comparison)
        out[nameless(labels)] = result;
      else if (result != 0)
        out[labels] = value;
    }
    return out;
  }
  const ModelVector right = evaluate(*expr.rhs, now_ms);
  const auto signature = [&](const Labels& labels) {
    return expr.matching->on ? only(labels, expr.matching->labels) : without(nameless(labels), expr.matching->labels);
  };
  std::map<Labels, double> by_signature;
  for (const auto& [labels, value] : right) by_signature[signature(labels)] = value;
  for (const auto& [labels, value] : left) {
    const auto found = by_signature.find(signature(labels));
    const bool matched = found != by_signature.end();
    if (expr.op == BinaryOp::land || expr.op == BinaryOp::lunless) {
      if (matched == (expr.op == BinaryOp::land)) out[labels] = value;
    } else if (matched && (!comparison || apply(expr.op, value, found->second) != 0)) {
      const bool keeps_name = comparison && !expr.matching->on;
      const Labels kept = keeps_name ? without(labels, expr.matching->labels) : signature(labels);
      out[kept] = comparison ? value : apply(expr.op, value, found->second);
    }
  }
  return out;
}

}  // namespace sluice::promql::test
