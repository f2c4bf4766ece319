// Parts of a date in UTC. The value is a number of seconds since the epoch, truncated.
#include <cmath>
#include <cstdint>

#include "promql/func/families.h"

namespace sluice::promql {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }

// Proleptic Gregorian date of a day number, for any 64-bit second (std::chrono stops at the year 32767).
struct Date {
  std::int64_t year;
  unsigned month, day;
};
Date date_of(std::int64_t days) {
  days += 719468;  // from 0000-03-01
  const std::int64_t era = floor_div(days, 146097);
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
  const unsigned shifted = (5 * of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year) + era * 400 + (month <= 2 ? 1 : 0), month,
          of_year - (153 * shifted + 2) / 5 + 1};
}
bool leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr unsigned kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
constexpr unsigned kDaysIn[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

struct Moment {
  std::int64_t days;    // since the epoch
  std::int64_t second;  // of the day
};

// Go converts what does not fit 64 bits, and NaN, to -2^63, and reads a time that early as 2^63, unsigned.
constexpr std::uint64_t kWrapped = 1ULL << 63;
constexpr Moment kOutOfRange = {kWrapped / 86400, kWrapped % 86400};

Moment moment(double v) {
  constexpr double kTooLarge = 9.2e18;
  if (std::isnan(v) || std::fabs(v) >= kTooLarge) return kOutOfRange;
  const auto seconds = static_cast<std::int64_t>(v);
  const std::int64_t days = floor_div(seconds, 86400);
  return {days, seconds - days * 86400};
}

std::int64_t day_number(double v) { return moment(v).days; }
std::int64_t second_of_day(double v) { return moment(v).second; }

double minute(double v) { return static_cast<double>(second_of_day(v) / 60 % 60); }
double hour(double v) { return static_cast<double>(second_of_day(v) / 3600); }
double day_of_week(double v) {
  const std::int64_t days = day_number(v) + 4;  // the epoch was a Thursday
  return static_cast<double>(days - floor_div(days, 7) * 7);
}
double day_of_month(double v) { return date_of(day_number(v)).day; }
double day_of_year(double v) {
  const Date d = date_of(day_number(v));
  return kDaysBefore[d.month - 1] + d.day + (leap(d.year) && d.month > 2 ? 1 : 0);
}
double days_in_month(double v) {
  const Date d = date_of(day_number(v));
  return kDaysIn[d.month - 1] + (leap(d.year) && d.month == 2 ? 1 : 0);
}
double month(double v) { return date_of(day_number(v)).month; }
double year(double v) { return static_cast<double>(date_of(day_number(v)).year); }

template <double (*of)(double)>
double plain(double v, std::span<const double>) { return of(v); }

}  // namespace

std::span<const VectorFunction> calendar_functions() {
  static const VectorFunction functions[] = {
      {.name = "minute", .on_float = plain<minute>, .defaults_to_time = true},
      {.name = "hour", .on_float = plain<hour>, .defaults_to_time = true},
      {.name = "day_of_week", .on_float = plain<day_of_week>, .defaults_to_time = true},
      {.name = "day_of_month", .on_float = plain<day_of_month>, .defaults_to_time = true},
      {.name = "day_of_year", .on_float = plain<day_of_year>, .defaults_to_time = true},
      {.name = "days_in_month", .on_float = plain<days_in_month>, .defaults_to_time = true},
      {.name = "month", .on_float = plain<month>, .defaults_to_time = true},
      {.name = "year", .on_float = plain<year>, .defaults_to_time = true},
  };
  return functions;
}

}  // namespace sluice::promql
