// load/send/bodies.h
//
// Room: load/send. The bodies of every batch: a template per batch, made again only when a pod in it was replaced, and
// filled with the values and timestamps of a round. All tenants share the templates; their values differ.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "load/body/body_template.h"
#include "load/plan/layout.h"

namespace sluice::load {

std::uint64_t tenant_key(std::string_view tenant);  // tells the values of two tenants apart

class Bodies {
 public:
  Bodies(const Mesh& mesh, const Timebase& timebase, const Layout& layout, const Fleet& fleet, Protocol protocol);

  void prepare(std::size_t batch, std::uint64_t round) { current(batch, round); }
  // The body of `batch` in `round`.
  struct Written {
    std::size_t samples = 0;        // 0: nothing is at any of its places in this round
    std::size_t message_bytes = 0;  // uncompressed
  };
  Written write(std::size_t batch, std::uint64_t round, std::uint64_t tenant_key, std::string& body);

  // Targets of an agent that lack series of the round before.
  std::vector<std::uint32_t> shrunk_targets(std::size_t agent, std::uint64_t round) const;
  bool replaces_pod(std::uint32_t target,
                    std::uint64_t round) const;  // and the target is its process, not its containers
  // Stale markers for those series of the round before that are gone and that `shard` carries: at most
  // samples_per_request a body.
  struct Stale {
    std::string body;
    std::size_t samples = 0;
  };
  std::vector<Stale> stale_bodies(std::uint32_t target, std::size_t shard_number, std::uint64_t round) const;

 private:
  struct Entry {
    BodyTemplate body;
    std::vector<Edition> editions;  // of the batch's segments when the template was made
    bool made = false;
  };
  const BodyTemplate& current(std::size_t batch, std::uint64_t round);
  Edition edition(std::uint32_t target, std::uint64_t round) const;

  const Mesh& mesh_;
  const Timebase& timebase_;
  const Layout& layout_;
  const Fleet fleet_;
  const Protocol protocol_;
  std::vector<Entry> entries_;  // by batch
  std::vector<double> values_;  // scratch
};

}  // namespace sluice::load
