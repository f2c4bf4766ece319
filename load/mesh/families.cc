#include "load/mesh/families.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sluice::load {
namespace {

constexpr double kSpread = 0.9;       // of the logarithm: p99 is about eight times the median
constexpr double kProfileStep = 1.5;  // each profile's median over the one before

std::string shortest(double value, std::chars_format format) {
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
  return {text.data(), end};
}

}  // namespace

const Bounds& envoy_bounds() {
  static const Bounds bounds = {0.5,  1,    5,     10,    25,    50,     100,    250,     500,    1000,
                                2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000};
  return bounds;
}

std::string spell_le(double bound, LeSpelling spelling) {
  if (std::isinf(bound)) return "+Inf";
  if (spelling == LeSpelling::go2) return shortest(bound, std::chars_format::fixed);
  if (bound >= 1e6) return shortest(bound, std::chars_format::scientific);  // 1.8e+06, as OpenMetrics writes floats
  const std::string text = shortest(bound, std::chars_format::fixed);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

const Family* Families::find(std::string_view name) const {
  for (const Family& family : families_)
    if (family.name == name) return &family;
  return nullptr;
}

const Family& Families::plain(std::string_view name, Behaviour behaviour, MetricType type) {
  if (const Family* known = find(name)) return *known;
  Family family;
  family.name = name;
  family.behaviour = behaviour;
  family.type = type;
  return families_.emplace_back(std::move(family));
}

const Family& Families::histogram(std::string_view name, const Bounds& bounds, double median, double sum_unit) {
  if (const Family* known = find(name)) return *known;
  Family family;
  family.name = name;
  family.behaviour = Behaviour::histogram;
  family.type = MetricType::histogram;
  family.bounds = bounds;
  family.sum_unit = sum_unit;
  for (const LeSpelling spelling : {LeSpelling::go2, LeSpelling::go3}) {
    auto& le = family.le[static_cast<std::size_t>(spelling)];
    for (const double bound : bounds) le.push_back(spell_le(bound, spelling));
    le.push_back("+Inf");
  }
  for (std::size_t i = 0; i < kProfileCount; ++i)
    family.profiles.push_back(log_normal(bounds, median * std::pow(kProfileStep, static_cast<double>(i)), kSpread));
  return families_.emplace_back(std::move(family));
}

}  // namespace sluice::load
