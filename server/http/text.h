// server/http/text.h
//
// Room: server/http. The few text rules that HTTP needs and the standard library lacks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::server {

bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII only, as header names are
std::string_view trim(std::string_view text);                      // blanks and tabs

enum class PlusSign { is_plus, is_space };
std::optional<std::string> percent_decode(std::string_view text, PlusSign plus);  // nullopt: a damaged escape

// Calls `each(item)` for the trimmed items of a comma-separated header value.
template <class Each>
void for_each_token(std::string_view list, Each each) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    each(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace sluice::server
