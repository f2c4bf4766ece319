// server/query/json/text.h
//
// Room: server/query. JSON strings as Go's encoders write them.
#pragma once

#include <string>
#include <string_view>

namespace sluice::server::json {

// A label's name or value inside a metric: only what JSON itself demands is escaped. With quotes.
void append_label_text(std::string& out, std::string_view text);

// Every other string: also `<`, `>`, `&` and the line separators U+2028/9, and bytes that are not UTF-8 become U+FFFD.
// With quotes.
void append_text(std::string& out, std::string_view text);

}  // namespace sluice::server::json
