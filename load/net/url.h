// load/net/url.h
//
// Room: load/net. Where to send, and how to say who is asking.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/error.h"

namespace sluice::load {

struct Url {  // http only: the generator measures receivers, not TLS libraries
  std::string host, port, path;
  static Result<Url> parse(std::string_view text);
  std::string authority() const { return host + ":" + port; }
};

std::string base64(std::string_view bytes);
std::string percent_encoded(std::string_view text);  // for one value of a form

}  // namespace sluice::load
