#include "server/telemetry/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <cstdio>
#include <ctime>

namespace sluice::server {
namespace {

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  __builtin_unreachable();
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  __builtin_unreachable();
}

// RFC 3339 in UTC with milliseconds.
std::string now_text() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const auto used = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + used, sizeof(text) - used, ".%03dZ", static_cast<int>(ms % 1000));
  return text;
}

// What a stranger sent may be in a value: quotes, line breaks and control bytes cannot end the line or its field.
void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_member(std::string_view key, std::string_view value, std::string& out) {
  if (out.size() > 1) out += ',';
  append_quoted(key, out);
  out += ':';
  append_quoted(value, out);
}

std::string json_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = "{";
  append_member("time", now_text(), line);
  append_member("level", name_of(level), line);
  append_member("message", message, line);
  for (const auto& field : fields) append_member(field.key, field.value, line);
  return line + "}";
}

std::string text_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = now_text() + " " + name_of(level) + " " + std::string(message);
  for (const auto& field : fields) {
    line.append(" ").append(field.key).append("=");
    append_quoted(field.value, line);
  }
  return line;
}

}  // namespace

struct Log::Spdlog {
  explicit Spdlog(spdlog::sink_ptr sink) : logger("sluice", std::move(sink)) {
    logger.set_pattern("%v");
    logger.flush_on(spdlog::level::debug);
  }
  spdlog::logger logger;
};

Log::Log(const Options& options)
    : options_(options), spdlog_(std::make_unique<Spdlog>(std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  spdlog_->logger.set_level(spdlog_level(options.level));
}

Log::Log(const Options& options, std::ostream& out)
    : options_(options), spdlog_(std::make_unique<Spdlog>(std::make_shared<spdlog::sinks::ostream_sink_mt>(out))) {
  spdlog_->logger.set_level(spdlog_level(options.level));
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < options_.level) return;
  const std::string line =
      options_.format == LogFormat::json ? json_line(level, message, fields) : text_line(level, message, fields);
  spdlog_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace sluice::server
