#include "load/audit/answer.h"

#include <boost/json/src.hpp>  // Boost.JSON is compiled here and nowhere else
#include <charconv>
#include <cmath>

namespace sluice::load {
namespace json = boost::json;
namespace {

double parse_value(std::string_view text) {
  if (text == "NaN") return normal_nan();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Sample parse_sample(const json::value& pair) {
  const json::array& both = pair.as_array();
  return {std::llround(both.at(0).to_number<double>() * 1000), parse_value(both.at(1).as_string())};
}

FoundSeries parse_series(const json::object& object) {
  FoundSeries series;
  std::vector<Label> labels;
  for (const auto& [name, value] : object.at("metric").as_object())
    labels.push_back({std::string(name), std::string(value.as_string())});
  series.labels = Labels::sorted(std::move(labels));
  if (const json::value* one = object.if_contains("value")) series.samples.push_back(parse_sample(*one));
  if (const json::value* many = object.if_contains("values"))
    for (const json::value& pair : many->as_array()) series.samples.push_back(parse_sample(pair));
  return series;
}

// Exceptions stop here: whatever is missing or of another type ends as one Error.
template <class Read>
auto reading(std::string_view text, Read read) -> Result<decltype(read(json::value()))> {
  try {
    const json::value document = json::parse(text, json::make_shared_resource<json::monotonic_resource>());
    if (document.at("status").as_string() != "success")
      return fail(Errc::invalid_argument, std::string(document.at("error").as_string()));
    return read(document.at("data"));
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, "not an answer of the Prometheus API: " + std::string(text.substr(0, 200)));
  }
}

}  // namespace

Result<std::vector<FoundSeries>> parse_query_answer(std::string_view text) {
  return reading(text, [](const json::value& data) {
    std::vector<FoundSeries> all;
    for (const json::value& series : data.at("result").as_array()) all.push_back(parse_series(series.as_object()));
    return all;
  });
}

Result<std::vector<std::string>> parse_label_values(std::string_view text) {
  return reading(text, [](const json::value& data) {
    std::vector<std::string> values;
    for (const json::value& value : data.as_array()) values.emplace_back(value.as_string());
    return values;
  });
}

}  // namespace sluice::load
