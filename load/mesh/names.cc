#include "load/mesh/names.h"

#include "load/mesh/signal.h"

namespace sluice::load {

std::string kube_suffix(std::uint64_t hash, std::size_t length) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += alphabet[mix(hash, i) % alphabet.size()];
  return text;
}

std::string hex_digits(std::uint64_t hash, std::size_t length) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += alphabet[mix(hash, i) % alphabet.size()];
  return text;
}

std::string pod_ip(std::uint64_t pod, std::uint64_t generation) {
  // An odd factor keeps (pod, generation) apart modulo 2^24 as long as there are fewer than 2^16 pods.
  const std::uint64_t host = (pod + generation * 65'537) & 0xffffff;
  return "10." + std::to_string(host >> 16) + "." + std::to_string((host >> 8) & 0xff) + "." +
         std::to_string(host & 0xff);
}

std::string node_name(std::size_t node) {
  return "ip-10-0-" + std::to_string(3 + node / 200) + "-" + std::to_string(27 + node % 200) +
         ".eu-west-1.compute.internal";
}

std::string service_account(std::string_view name_space, std::string_view app) {
  return "spiffe://cluster.local/ns/" + std::string(name_space) + "/sa/" + std::string(name_space) + "-" +
         std::string(app);
}

}  // namespace sluice::load
