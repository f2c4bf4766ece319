// Arithmetic on single values.
#include <cmath>

#include "promql/func/families.h"
#include "promql/gomath/gomath.h"

namespace sluice::promql {
namespace {

using Arguments = std::span<const double>;

template <double (*of)(double)>
double plain(double v, Arguments) { return of(v); }

double sign(double v) { return v < 0 ? -1 : v > 0 ? 1 : v; }  // zero keeps its sign

// 1/s first, as Prometheus does: round(x, 0.1) depends on it.
double round_to(double v, Arguments arguments) {
  const double inverse = 1 / (arguments.empty() ? 1.0 : arguments[0]);
  return std::floor(v * inverse + 0.5) / inverse;
}

double clamp(double v, Arguments a) { return go::max(a[0], go::min(a[1], v)); }
double clamp_min(double v, Arguments a) { return go::max(a[0], v); }
double clamp_max(double v, Arguments a) { return go::min(a[0], v); }
bool clamp_is_empty(Arguments a) { return a[1] < a[0]; }

}  // namespace

std::span<const VectorFunction> math_functions() {
  static const VectorFunction functions[] = {
      {.name = "abs", .on_float = plain<std::fabs>},
      {.name = "ceil", .on_float = plain<std::ceil>},
      {.name = "floor", .on_float = plain<std::floor>},
      {.name = "exp", .on_float = plain<go::exp>},
      {.name = "sqrt", .on_float = plain<std::sqrt>},
      {.name = "ln", .on_float = plain<go::log>},
      {.name = "log2", .on_float = plain<go::log2>},
      {.name = "log10", .on_float = plain<go::log10>},
      {.name = "sgn", .on_float = plain<sign>},
      {.name = "round", .on_float = round_to},
      {.name = "clamp", .on_float = clamp, .skip_step = clamp_is_empty},
      {.name = "clamp_min", .on_float = clamp_min},
      {.name = "clamp_max", .on_float = clamp_max},
  };
  return functions;
}

}  // namespace sluice::promql
