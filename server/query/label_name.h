// server/query/label_name.h
//
// Room: server/query. The label name in the path of /label/<name>/values.
#pragma once

#include <string>
#include <string_view>

namespace sluice::server::query {

// Clients spell names outside [a-zA-Z_][a-zA-Z0-9_]* as `U__` + text with `_xxxx_` for a code point and `__` for `_`.
// What is not spelled correctly is taken as it stands.
std::string unescape_label_name(std::string_view name);

// The segment between `/label/` and `/values`.
std::string_view label_name_of_path(std::string_view path);

}  // namespace sluice::server::query
