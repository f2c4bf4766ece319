// load/mesh/names.h
//
// Room: load/mesh. Names the way Kubernetes makes them, from a hash instead of from chance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::load {

std::string kube_suffix(std::uint64_t hash, std::size_t length);  // "x2k8p": the alphabet of generated pod names
std::string hex_digits(std::uint64_t hash, std::size_t length);
std::string pod_ip(std::uint64_t pod, std::uint64_t generation);  // unique for 16 million lives of pods
std::string node_name(std::size_t node);                          // ip-10-0-3-27.eu-west-1.compute.internal
std::string service_account(std::string_view name_space, std::string_view app);  // spiffe://cluster.local/ns/...

}  // namespace sluice::load
