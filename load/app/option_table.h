// load/app/option_table.h
//
// Room: load/app. Every option: its name, what its value looks like, what it does, and how it is stored.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "load/app/options.h"

namespace sluice::load {

struct Option {
  std::string_view group, name, value;  // value: "" for a switch
  std::string_view help;
  std::function<Result<void>(const std::string& value, Options& options)> store;
};

const std::vector<Option>& option_table();

}  // namespace sluice::load
