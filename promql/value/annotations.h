// promql/value/annotations.h
//
// Room: promql/value. Warnings and infos of one evaluation. Equal texts are one; the position added last wins.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::promql {

// What histogram_quantile had to repair, merged over all steps.
struct MonotonicityRepair {
  double bucket_min = 0, bucket_max = 0, difference_max = 0;
  std::int64_t first_ms = 0, last_ms = 0;
  std::uint64_t count = 0;
  void merge(const MonotonicityRepair& other);
};

class Annotations {
 public:
  // `text` without the "PromQL warning: " prefix; `position`: byte offset in the query.
  void warn(std::string text, std::int32_t position) { warnings_[std::move(text)] = {position, 0}; }
  void info(std::string text, std::int32_t position) { infos_[std::move(text)] = {position, 0}; }
  // The same with a number of occurrences, which a merge adds up.
  void warn_counted(std::string text, std::int32_t position);
  void repaired(std::string text, std::int32_t position, const MonotonicityRepair& repair);
  void merge(const Annotations& other);

  bool empty() const { return warnings_.empty() && infos_.empty() && repairs_.empty(); }
  std::vector<std::string> warnings(std::string_view query) const;  // complete texts
  std::vector<std::string> infos(std::string_view query) const;

 private:
  struct Note {
    std::int32_t position = 0;
    std::uint64_t occurrences = 0;  // 0: not counted
  };
  struct Repair {
    std::int32_t position = 0;
    MonotonicityRepair repair;
  };
  std::map<std::string, Note> warnings_, infos_;
  std::map<std::string, Repair> repairs_;
};

}  // namespace sluice::promql
