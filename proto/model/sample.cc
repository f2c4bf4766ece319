#include "proto/model/sample.h"

namespace sluice {

const char* metric_type_name(MetricType type) {
  switch (type) {
    case MetricType::unknown: return "unknown";
    case MetricType::counter: return "counter";
    case MetricType::gauge: return "gauge";
    case MetricType::histogram: return "histogram";
    case MetricType::gaugehistogram: return "gaugehistogram";
    case MetricType::summary: return "summary";
    case MetricType::info: return "info";
    case MetricType::stateset: return "stateset";
  }
  __builtin_unreachable();
}

}  // namespace sluice
