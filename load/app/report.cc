#include "load/app/report.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>

namespace sluice::load {
namespace {

constexpr double kPlainLineEveryS = 10;  // into a file or a pipe

__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof(text), pattern, arguments);
  va_end(arguments);
  return text;
}

std::string error_counts(const Stats& stats) {
  std::string text;
  for (const auto& [kind, count] : stats.errors)
    text += (text.empty() ? "" : ", ") + kind + " x" + std::to_string(count);
  return text;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double per(double amount, double of) { return of > 0 ? amount / of : 0; }

}  // namespace

double process_cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += format("\\u%04x", c);
    else
      out += c;
  }
  return out + "\"";
}

LiveLine::LiveLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

void LiveLine::draw(const Progress& progress, Stats& stats) {
  for (const std::string& error : stats.news)  // at once, on a line of its own: it says why the rest stands still
    std::fprintf(stderr, terminal_ ? "\r%s\033[K\n" : "%s\n", error.c_str());
  stats.news.clear();
  if (!terminal_ && progress.elapsed_s - last_shown_s_ < kPlainLineEveryS) return;
  const double rate =
      per(static_cast<double>(stats.samples_acknowledged - last_samples_), progress.elapsed_s - last_s_);
  std::string line =
      format("%6.0fs  %s samples acknowledged  %s/s  p50 %.1f ms  p99 %.1f ms", progress.elapsed_s,
             grouped(stats.samples_acknowledged).c_str(), grouped(static_cast<std::uint64_t>(rate)).c_str(),
             stats.recent.quantile_ms(0.5), stats.recent.quantile_ms(0.99));
  line += format("  round %llu", static_cast<unsigned long long>(progress.rounds + 1));
  if (stats.behind_ms > 1000) line += format("  behind %.1f s", static_cast<double>(stats.behind_ms) / 1000);
  if (!stats.errors.empty()) line += "  errors: " + error_counts(stats);
  std::fprintf(stderr, terminal_ ? "\r%s\033[K" : "%s\n", line.c_str());
  std::fflush(stderr);
  last_samples_ = stats.samples_acknowledged;
  last_s_ = last_shown_s_ = progress.elapsed_s;
  stats.recent.clear();
  stats.behind_ms = 0;
}

void LiveLine::end() {
  if (terminal_) std::fputc('\n', stderr);
}

std::string summary_text(const Progress& progress, const Stats& stats) {
  const auto samples = static_cast<double>(stats.samples_acknowledged);
  std::string text = format("%s samples of %s series acknowledged in %.*f s: %s samples/s, %s requests\n",
                            grouped(stats.samples_acknowledged).c_str(), grouped(progress.series).c_str(),
                            progress.elapsed_s < 10 ? 2 : 1, progress.elapsed_s,
                            grouped(static_cast<std::uint64_t>(per(samples, progress.elapsed_s))).c_str(),
                            grouped(stats.requests).c_str());
  text += format("latency p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.1f ms\n", stats.latency.quantile_ms(0.5),
                 stats.latency.quantile_ms(0.9), stats.latency.quantile_ms(0.99), stats.latency.max_ms());
  text += format("on the wire %.1f bytes a sample, %.0f before compression; own CPU %.3f us a sample\n",
                 per(static_cast<double>(stats.body_bytes), samples),
                 per(static_cast<double>(stats.message_bytes), samples), per(progress.own_cpu_s * 1e6, samples));
  if (stats.pods_replaced > 0)
    text += format("%s rollouts, %s pods replaced, %s stale markers\n", grouped(progress.rollouts).c_str(),
                   grouped(stats.pods_replaced).c_str(), grouped(stats.stale_markers).c_str());
  text += format("refused %s, unknown %s, retries %s\n", grouped(stats.samples_refused).c_str(),
                 grouped(stats.samples_unknown).c_str(), grouped(stats.retries).c_str());
  if (!stats.errors.empty()) text += "errors: " + error_counts(stats) + "; the last: " + stats.last_error + "\n";
  return text;
}

std::string audit_text(const Findings& findings) {
  std::string text = "audit: " + grouped(findings.acknowledged) + " acknowledged samples looked for, " +
                     grouped(findings.found) + " found; " + grouped(findings.lost) + " lost, " +
                     grouped(findings.invented) + " invented, " + grouped(findings.wrong) + " wrong, " +
                     grouped(findings.undead) + " alive after their stale marker\n";
  for (const std::string& example : findings.examples) text += "  " + example + "\n";
  return text;
}

std::string audit_json(const Findings& findings) {
  const auto field = [](const char* name, std::uint64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
  };
  return "{" + field("acknowledged", findings.acknowledged) + "," + field("found", findings.found) + "," +
         field("lost", findings.lost) + "," + field("invented", findings.invented) + "," +
         field("wrong", findings.wrong) + "," + field("undead", findings.undead) + "}";
}

std::string summary_json(const Progress& progress, const Stats& stats, const std::string& audit_json) {
  const auto samples = static_cast<double>(stats.samples_acknowledged);
  std::string json = "{";
  const auto whole = [&](const char* name, std::uint64_t value) {
    json += format("\"%s\":%llu,", name, static_cast<unsigned long long>(value));
  };
  const auto real = [&](const char* name, double value) { json += format("\"%s\":%.6g,", name, value); };
  whole("series", progress.series);
  whole("tenants", progress.tenants);
  whole("rounds", progress.rounds);
  real("elapsed_s", progress.elapsed_s);
  whole("samples_acknowledged", stats.samples_acknowledged);
  whole("samples_refused", stats.samples_refused);
  whole("samples_unknown", stats.samples_unknown);
  real("samples_per_s", per(samples, progress.elapsed_s));
  whole("requests", stats.requests);
  whole("retries", stats.retries);
  whole("body_bytes", stats.body_bytes);
  whole("message_bytes", stats.message_bytes);
  whole("rollouts", progress.rollouts);
  whole("pods_replaced", stats.pods_replaced);
  whole("stale_markers", stats.stale_markers);
  real("latency_p50_ms", stats.latency.quantile_ms(0.5));
  real("latency_p90_ms", stats.latency.quantile_ms(0.9));
  real("latency_p99_ms", stats.latency.quantile_ms(0.99));
  real("latency_max_ms", stats.latency.max_ms());
  real("own_cpu_s", progress.own_cpu_s);
  json += "\"errors\":{";
  for (const auto& [kind, count] : stats.errors)
    json += (json.ends_with('{') ? "" : ",") + json_string(kind) + ":" + std::to_string(count);
  json += "},\"last_error\":" + json_string(stats.last_error);
  if (!audit_json.empty()) json += ",\"audit\":" + audit_json;
  return json + "}\n";
}

}  // namespace sluice::load
