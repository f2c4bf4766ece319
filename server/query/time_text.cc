#include "server/query/time_text.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

#include "promql/syntax/parser.h"
#include "proto/base/go_float.h"
#include "proto/model/labels.h"

namespace sluice::server::query {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kMinText = "-292273086-05-16T16:47:06Z";
constexpr std::string_view kMaxText = "292277025-08-18T07:12:54.999999999Z";

// Reads fixed-width fields off the front of a text; once something does not fit, everything fails.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }
  int one_or_two_digits() {
    const int value = digit();
    return at_digit() ? value * 10 + digit() : value;
  }
  int digit() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return ok_ = false, 0;
    return take() - '0';
  }
  void expect(char c) { next_is(c) ? static_cast<void>(take()) : static_cast<void>(ok_ = false); }
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// `.123456789`; what goes beyond is dropped.
int fraction_ns(Fields& fields) {
  if (!fields.next_is('.') && !fields.next_is(',')) return 0;
  fields.take();
  int value = fields.digit() * 100'000'000, weight = 10'000'000;
  for (; fields.at_digit(); weight /= 10) value += fields.digit() * weight;
  return value;
}

// `Z`, `+02:00`, `-07:00`, in minutes east.
int zone_minutes(Fields& fields) {
  if (fields.next_is('Z')) return fields.take(), 0;
  const int sign = fields.next_is('-') ? -1 : 1;
  fields.expect(sign < 0 ? '-' : '+');
  const int hours = fields.number(2);
  fields.expect(':');
  const int minutes = fields.number(2);
  if (hours > 24 || minutes > 60) fields.expect('\0');
  return sign * (hours * 60 + minutes);
}

std::optional<Moment> parse_rfc3339(std::string_view text) {
  namespace chrono = std::chrono;
  Fields fields(text);
  const chrono::year year(fields.number(4));
  fields.expect('-');
  const chrono::month month(static_cast<unsigned>(fields.number(2)));
  fields.expect('-');
  const chrono::day day(static_cast<unsigned>(fields.number(2)));
  fields.expect('T');
  const int hour = fields.one_or_two_digits();  // as Go takes it
  fields.expect(':');
  const int minute = fields.number(2);
  fields.expect(':');
  const int second = fields.number(2);
  const int fraction = fraction_ns(fields);
  const int zone = zone_minutes(fields);
  const chrono::year_month_day date(year, month, day);
  if (!fields.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const chrono::seconds time = chrono::sys_days(date).time_since_epoch() + chrono::hours(hour) +
                               chrono::minutes(minute - zone) + chrono::seconds(second);
  return Moment::unix(time.count(), fraction);
}

tl::unexpected<Error> not_a(std::string_view what, std::string_view text) {
  return fail(Errc::invalid_argument, "cannot parse " + go_quoted(text) + " to a valid " + std::string(what));
}

}  // namespace

Result<Moment> parse_time(std::string_view text) {
  if (const auto seconds = parse_go_float(text)) return Moment::unix_seconds(*seconds);
  if (const auto moment = parse_rfc3339(text)) return *moment;
  if (text == kMinText) return Moment::first();
  if (text == kMaxText) return Moment::last();
  return not_a("timestamp", text);
}

Result<std::int64_t> parse_duration_ns(std::string_view text) {
  constexpr double kNanoseconds = 1e9, kOverflow = 0x1p63;
  if (const auto seconds = parse_go_float(text)) {
    const double ns = *seconds * kNanoseconds;
    if (std::abs(ns) > kOverflow)
      return fail(Errc::invalid_argument, not_a("duration", text).value().detail() + ". It overflows int64");
    return ns < kOverflow ? static_cast<std::int64_t>(ns) : INT64_MIN;  // also what is not a number: as amd64 converts
  }
  const auto ms = promql::parse_duration_ms(text);
  if (!ms || *ms > INT64_MAX / 1'000'000) return not_a("duration", text);
  return *ms * 1'000'000;
}

std::string rfc3339(std::int64_t timestamp_ms) {
  namespace chrono = std::chrono;
  const chrono::sys_time<milliseconds> time{milliseconds(timestamp_ms)};
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text;
  if (const auto ms = clock.subseconds().count(); ms != 0) {
    std::snprintf(text, sizeof text, ".%03d", static_cast<int>(ms));
    out += text;
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + "Z";
}

}  // namespace sluice::server::query
