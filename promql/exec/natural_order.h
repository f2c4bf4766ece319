// promql/exec/natural_order.h
//
// Room: promql/exec. Texts with numbers in them, as people order them: pod-2 before pod-10.
#pragma once

#include <string_view>

namespace sluice::promql {

// Prometheus's natsort, which is no order: neither of "" and "x" is less, and of "1" and "01" either is.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace sluice::promql
