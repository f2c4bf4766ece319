#include "server/http/message.h"

#include <algorithm>

#include "server/http/text.h"

namespace sluice::server {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::del: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: break;
  }
  return "other";
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  add(std::string(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (equal_ignoring_case(key, name)) return value;
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const auto& field) { return equal_ignoring_case(field.first, name); });
}

bool Form::has(std::string_view key) const {
  return std::any_of(values_.begin(), values_.end(), [&](const auto& pair) { return pair.first == key; });
}

std::string_view Form::get(std::string_view key) const {
  for (const auto& [name, value] : values_)
    if (name == key) return value;
  return {};
}

std::vector<std::string> Form::all(std::string_view key) const {
  std::vector<std::string> found;
  for (const auto& [name, value] : values_)
    if (name == key) found.push_back(value);
  return found;
}

namespace {

// Go's ParseQuery: a pair with a semicolon or a bad escape is left out, the others are kept.
void parse_pair(std::string_view pair, Form& form) {
  if (pair.empty() || pair.find(';') != std::string_view::npos) return;
  const auto equals = pair.find('=');
  auto key = percent_decode(pair.substr(0, equals), PlusSign::is_space);
  auto value = equals == std::string_view::npos ? std::optional<std::string>(std::in_place)
                                                : percent_decode(pair.substr(equals + 1), PlusSign::is_space);
  if (key && value) form.add(std::move(*key), std::move(*value));
}

bool carries_form(const RequestHead& head) {
  constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
  if (head.method != Method::post && head.method != Method::put) return false;
  const auto type = head.headers.get("Content-Type");
  return equal_ignoring_case(trim(type.substr(0, type.find(';'))), kFormType);
}

}  // namespace

void Form::parse_into(std::string_view urlencoded, Form& form) {
  while (!urlencoded.empty()) {
    const auto end = std::min(urlencoded.find('&'), urlencoded.size());
    parse_pair(urlencoded.substr(0, end), form);
    urlencoded.remove_prefix(std::min(end + 1, urlencoded.size()));
  }
}

Form Request::form() const {
  Form form;
  Form::parse_into(head.query, form);
  if (carries_form(head)) Form::parse_into(body, form);
  return form;
}

}  // namespace sluice::server
