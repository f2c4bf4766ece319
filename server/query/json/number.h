// server/query/json/number.h
//
// Room: server/query. Numbers exactly as Prometheus's API writes them: shortest digits that read back to the same bits.
// All functions append to `out`.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::server::json {

// Shortest digits, never an exponent: what a scalar's value uses. Zero is `0`, negative zero `-0`; NaN, +Inf, -Inf.
void append_plain(std::string& out, double value);

// As append_plain, but with an exponent below 1e-6 and from 1e21 on (`1e-07`, `1e+21`). Without quotes.
void append_number(std::string& out, double value);

// append_number between quotes: JSON has no NaN, so sample values travel as strings.
void append_sample_value(std::string& out, double value);

void append_integer(std::string& out, std::int64_t value);

// Milliseconds as seconds: no fraction when it is zero, else exactly three digits: `1`, `1.500`, `-0.001`.
void append_timestamp(std::string& out, std::int64_t timestamp_ms);

// Milliseconds as a plain float of seconds, as scalars and strings carry it: `1.5`, not `1.500`.
void append_plain_seconds(std::string& out, std::int64_t timestamp_ms);

}  // namespace sluice::server::json
