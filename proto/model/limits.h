// proto/model/limits.h
//
// Room: proto/model. What one tenant may spend in storage. Every limit is named here, with a default that an Istio
// mesh fits (its series carry up to 39 labels and 1.3 kB of text). The `limits:` keys of the config carry these names.
#pragma once

#include <cstdint>

namespace sluice {

struct StorageLimits {
  std::uint32_t labels_per_series_max = 64;
  std::uint32_t label_name_bytes_max = 1024;
  std::uint32_t label_value_bytes_max = 4096;
  std::uint64_t active_series_max = 5'000'000;  // registered series with samples in the head; new ones are refused
  std::int64_t out_of_order_window_ms = 60LL * 60 * 1000;
  std::int64_t future_ms_max = 10LL * 60 * 1000;  // later than now + this: refused
  std::int64_t retention_ms = 15LL * 24 * 60 * 60 * 1000;
  std::uint32_t exemplars_max = 100'000;  // a ring per tenant
  std::uint32_t exemplar_label_characters_max = 128;
  std::uint64_t metadata_metrics_max = 100'000;
};

}  // namespace sluice
