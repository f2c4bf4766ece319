// server/query/json/object.h
//
// Room: server/query. A small object, member by member: for answers of a dozen values, where speed is no concern.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/query/json/number.h"
#include "server/query/json/text.h"

namespace sluice::server::json {

class Object {
 public:
  Object& text(std::string_view key, std::string_view value) {
    return add(key, [&] { append_text(out_, value); });
  }
  Object& number(std::string_view key, std::int64_t value) {
    return add(key, [&] { append_integer(out_, value); });
  }
  Object& boolean(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  Object& raw(std::string_view key, std::string_view json) {
    return add(key, [&] { out_ += json; });
  }
  std::string done() const { return out_ + "}"; }

 private:
  template <class AppendValue>
  Object& add(std::string_view key, AppendValue append_value) {
    if (out_.size() > 1) out_ += ',';
    append_text(out_, key);
    out_ += ':';
    append_value();
    return *this;
  }
  std::string out_ = "{";
};

}  // namespace sluice::server::json
