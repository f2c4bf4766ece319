// Angles.
#include <cmath>
#include <numbers>

#include "promql/func/families.h"

namespace sluice::promql {
namespace {

template <double (*of)(double)>
double plain(double v, std::span<const double>) { return of(v); }

double degrees(double v) { return v * 180 / std::numbers::pi; }
double radians(double v) { return v * std::numbers::pi / 180; }

}  // namespace

std::span<const VectorFunction> trigonometry_functions() {
  static const VectorFunction functions[] = {
      {.name = "sin", .on_float = plain<std::sin>},     {.name = "cos", .on_float = plain<std::cos>},
      {.name = "tan", .on_float = plain<std::tan>},     {.name = "asin", .on_float = plain<std::asin>},
      {.name = "acos", .on_float = plain<std::acos>},   {.name = "atan", .on_float = plain<std::atan>},
      {.name = "sinh", .on_float = plain<std::sinh>},   {.name = "cosh", .on_float = plain<std::cosh>},
      {.name = "tanh", .on_float = plain<std::tanh>},   {.name = "asinh", .on_float = plain<std::asinh>},
      {.name = "acosh", .on_float = plain<std::acosh>}, {.name = "atanh", .on_float = plain<std::atanh>},
      {.name = "deg", .on_float = plain<degrees>},      {.name = "rad", .on_float = plain<radians>},
  };
  return functions;
}

}  // namespace sluice::promql
