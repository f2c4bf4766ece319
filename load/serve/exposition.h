// load/serve/exposition.h
//
// Room: load/serve. Pages of the mesh in the Prometheus text format 0.0.4, and the list of them. No network here.
#pragma once

#include <cstdint>
#include <string>

#include "load/mesh/mesh.h"

namespace sluice::load {

class Exposition {
 public:
  explicit Exposition(const Mesh& mesh);

  std::size_t page_count() const { return targets_.size(); }
  // What the processes of a page say of themselves at that moment.
  std::string page(std::size_t page, std::uint64_t tenant_key, std::int64_t now_ms) const;
  // The answer of an http_sd endpoint: one group a page, all of them behind `address`. Path of page n: /t/n.
  std::string target_list(const std::string& address, std::int64_t now_ms) const;

 private:
  std::vector<Label> page_labels(std::size_t page, std::int64_t now_ms) const;  // what the scrape adds
  void append_target(std::size_t target, const std::vector<Label>& page_labels, std::uint64_t tenant_key,
                     std::int64_t now_ms, std::vector<std::string>& by_family) const;

  const Mesh& mesh_;
  std::vector<std::vector<std::size_t>> targets_;  // by page; the first one stands for the page
};

}  // namespace sluice::load
