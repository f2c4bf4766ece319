// server/config/section.h
//
// Room: server/config. One mapping of the YAML file, read key by key. Whatever is asked for is known; whatever is left
// over at the end is a mistake of the operator and is named with its line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice::server {

// Everything wrong with a file, so that it can be mended in one go.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}
  void add(const YAML::Mark& where, std::string_view path, std::string_view what);
  void add(std::string_view what) { lines_.push_back(file_ + ": " + std::string(what)); }
  bool empty() const { return lines_.empty(); }
  std::string text() const;

 private:
  static constexpr std::size_t kShownMax = 20;
  const std::string file_;
  std::vector<std::string> lines_;
};

class Section {
 public:
  // `node` may be absent or null: then every key keeps its default.
  Section(YAML::Node node, std::string path, Complaints& complaints);
  ~Section();  // names the keys that nobody asked for
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  bool has(std::string_view key) const;
  YAML::Node take(std::string_view key);  // undefined when absent
  Section child(std::string_view key) { return Section(take(key), path_of(key), complaints_); }

  void read(std::string_view key, std::string& value);
  void read(std::string_view key, bool& value);
  void read_choice(std::string_view key, std::string& value, const std::vector<std::string>& choices);
  void read_list(std::string_view key, std::vector<std::string>& values);

  // A whole number in [min, max]. A key that says `_ms` also takes 1h30m, one that says `_bytes` also takes 32MiB.
  template <class T>
  void read(std::string_view key, T& value, std::type_identity_t<T> min, std::type_identity_t<T> max) {
    static_assert(std::is_integral_v<T>);
    std::int64_t number = 0;
    if (read_number(key, number, clamp(min), clamp(max))) value = static_cast<T>(number);
  }

  const std::string& path() const { return path_; }
  std::string path_of(std::string_view key) const;
  void complain(const YAML::Node& node, std::string_view key, std::string_view what);
  Complaints& complaints() { return complaints_; }
  const std::vector<std::pair<std::string, YAML::Node>>& entries() const { return entries_; }  // for maps of free keys
  void take_all() { taken_.assign(entries_.size(), true); }
  YAML::Mark mark() const { return mark_; }

 private:
  template <class T>
  static std::int64_t clamp(T number) {
    return std::in_range<std::int64_t>(number) ? static_cast<std::int64_t>(number)
                                               : std::numeric_limits<std::int64_t>::max();
  }
  bool read_number(std::string_view key, std::int64_t& value, std::int64_t min, std::int64_t max);

  const std::string path_;
  Complaints& complaints_;
  YAML::Mark mark_;
  std::vector<std::pair<std::string, YAML::Node>> entries_;
  std::vector<bool> taken_;
  std::vector<std::string> known_;
};

}  // namespace sluice::server
