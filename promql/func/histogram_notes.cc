#include "promql/func/histogram_notes.h"

namespace sluice::promql {

std::string_view name(HistogramDeed deed) {
  switch (deed) {
    case HistogramDeed::addition: return "addition";
    case HistogramDeed::subtraction: return "subtraction";
    case HistogramDeed::aggregation: return "aggregation";
  }
  return "";
}

}  // namespace sluice::promql
