#include "server/config/section.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "server/config/units.h"

namespace sluice::server {
namespace {

std::optional<std::int64_t> parse_number(std::string_view key, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  if (key.find("_ms") != std::string_view::npos) return parse_duration_text(text);
  if (key.find("_bytes") == std::string_view::npos) return std::nullopt;
  const auto bytes = parse_size_text(text);
  if (!bytes || !std::in_range<std::int64_t>(*bytes)) return std::nullopt;
  return static_cast<std::int64_t>(*bytes);
}

const char* number_form(std::string_view key) {
  if (key.find("_ms") != std::string_view::npos) return "milliseconds, or a duration such as 90s or 1h30m";
  if (key.find("_bytes") != std::string_view::npos) return "bytes, or a size such as 512KiB or 32MiB";
  return "a whole number";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void Complaints::add(const YAML::Mark& where, std::string_view path, std::string_view what) {
  const std::string line = where.is_null() ? "" : std::to_string(where.line + 1) + ":";
  lines_.push_back(file_ + ":" + line + " " + std::string(path) + ": " + std::string(what));
}

std::string Complaints::text() const {
  std::string text;
  for (std::size_t i = 0; i < lines_.size() && i < kShownMax; ++i) text += (i > 0 ? "\n" : "") + lines_[i];
  if (lines_.size() > kShownMax) text += "\nand " + std::to_string(lines_.size() - kShownMax) + " more";
  return text;
}

Section::Section(YAML::Node node, std::string path, Complaints& complaints)
    : path_(std::move(path)), complaints_(complaints) {
  if (!node.IsDefined() || node.IsNull()) return;
  mark_ = node.Mark();
  if (!node.IsMap()) {
    complaints_.add(node.Mark(), path_, "must be a mapping of keys to values");
    return;
  }
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    if (key.empty()) {
      complaints_.add(entry.first.Mark(), path_, "has a key that is not a word");
    } else if (has(key)) {
      complaints_.add(entry.first.Mark(), path_of(key), "appears twice");
    } else {
      entries_.emplace_back(key, entry.second);
    }
  }
  taken_.assign(entries_.size(), false);
}

Section::~Section() {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (!taken_[i])
      complaints_.add(entries_[i].second.Mark(), path_of(entries_[i].first),
                      "unknown key; known here: " + joined(known_));
}

std::string Section::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

bool Section::has(std::string_view key) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.first == key; });
}

YAML::Node Section::take(std::string_view key) {
  known_.emplace_back(key);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].first != key) continue;
    taken_[i] = true;
    return entries_[i].second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void Section::complain(const YAML::Node& node, std::string_view key, std::string_view what) {
  complaints_.add(node.Mark(), path_of(key), what);
}

void Section::read(std::string_view key, std::string& value) {
  const auto node = take(key);
  if (!node.IsDefined()) return;
  if (!node.IsScalar() || node.Scalar().empty()) return complain(node, key, "must be a text");
  value = node.Scalar();
}

void Section::read(std::string_view key, bool& value) {
  std::string word = value ? "true" : "false";
  read_choice(key, word, {"true", "false"});
  value = word == "true";
}

void Section::read_choice(std::string_view key, std::string& value, const std::vector<std::string>& choices) {
  const auto node = take(key);
  if (!node.IsDefined()) return;
  if (!node.IsScalar() || std::find(choices.begin(), choices.end(), node.Scalar()) == choices.end())
    return complain(node, key, "must be one of: " + joined(choices));
  value = node.Scalar();
}

void Section::read_list(std::string_view key, std::vector<std::string>& values) {
  const auto node = take(key);
  if (!node.IsDefined()) return;
  if (!node.IsSequence()) return complain(node, key, "must be a list");
  for (const auto& item : node) {
    if (!item.IsScalar() || item.Scalar().empty()) return complain(item, key, "must be a list of words");
    values.push_back(item.Scalar());
  }
}

bool Section::read_number(std::string_view key, std::int64_t& value, std::int64_t min, std::int64_t max) {
  const auto node = take(key);
  if (!node.IsDefined()) return false;
  const auto number = node.IsScalar() ? parse_number(key, node.Scalar()) : std::nullopt;
  if (!number) {
    complain(node, key, std::string("must be ") + number_form(key));
    return false;
  }
  if (*number < min || *number > max) {
    complain(node, key, "must be between " + std::to_string(min) + " and " + std::to_string(max));
    return false;
  }
  value = *number;
  return true;
}

}  // namespace sluice::server
