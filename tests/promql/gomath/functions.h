// The functions that are compared with Go's, by Go's names: ours, and the standard's where we say that it is the same.
#pragma once

#include <cmath>
#include <string_view>

#include "promql/gomath/gomath.h"

namespace sluice::promql::go {

struct Function {
  std::string_view name;
  double (*of_one)(double) = nullptr;
  double (*of_two)(double, double) = nullptr;
};

inline constexpr Function kFunctions[] = {
    {"Exp", exp},          {"Exp2", exp2},         {"Log", log},        {"Log2", log2},        {"Log10", log10},
    {"Log1p", log1p},      {"Sin", sin},           {"Cos", cos},        {"Tan", tan},          {"Asin", asin},
    {"Acos", acos},        {"Atan", atan},         {"Sinh", sinh},      {"Cosh", cosh},        {"Tanh", tanh},
    {"Asinh", asinh},      {"Acosh", acosh},       {"Atanh", atanh},    {"Pow", {}, pow},      {"Atan2", {}, atan2},
    {"Max", {}, max},      {"Min", {}, min},       {"Sqrt", std::sqrt}, {"Floor", std::floor}, {"Ceil", std::ceil},
    {"Trunc", std::trunc}, {"Mod", {}, std::fmod},
};

constexpr const Function* find_function(std::string_view name) {
  for (const Function& function : kFunctions)
    if (function.name == name) return &function;
  return nullptr;
}

}  // namespace sluice::promql::go
