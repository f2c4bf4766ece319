// Angles.
#include <numbers>

#include "promql/func/families.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql {
namespace {

template <double (*of)(double)>
double plain(double v, std::span<const double>) {
  return of(v);
}

double degrees(double v) { return v * 180 / std::numbers::pi; }
double radians(double v) { return v * std::numbers::pi / 180; }

}  // namespace

std::span<const VectorFunction> trigonometry_functions() {
  static const VectorFunction functions[] = {
      {.name = "sin", .on_float = plain<go::sin>},     {.name = "cos", .on_float = plain<go::cos>},
      {.name = "tan", .on_float = plain<go::tan>},     {.name = "asin", .on_float = plain<go::asin>},
      {.name = "acos", .on_float = plain<go::acos>},   {.name = "atan", .on_float = plain<go::atan>},
      {.name = "sinh", .on_float = plain<go::sinh>},   {.name = "cosh", .on_float = plain<go::cosh>},
      {.name = "tanh", .on_float = plain<go::tanh>},   {.name = "asinh", .on_float = plain<go::asinh>},
      {.name = "acosh", .on_float = plain<go::acosh>}, {.name = "atanh", .on_float = plain<go::atanh>},
      {.name = "deg", .on_float = plain<degrees>},     {.name = "rad", .on_float = plain<radians>},
  };
  return functions;
}

}  // namespace sluice::promql
