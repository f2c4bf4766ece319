#include "load/mesh/party.h"

#include <string>

#include "load/mesh/names.h"

namespace sluice::load {
namespace {

void append(std::string_view side, std::string_view what, std::string value, std::vector<Label>& labels) {
  labels.push_back({std::string(side) + "_" + std::string(what), std::move(value)});
}

}  // namespace

void append_party(std::string_view side, const Workload& workload, std::uint64_t release, std::vector<Label>& labels) {
  const std::string version = version_label(workload, release);
  append(side, "workload", workload_name(workload, release), labels);
  append(side, "canonical_service", workload.service, labels);
  append(side, "canonical_revision", version, labels);
  append(side, "workload_namespace", workload.name_space, labels);
  append(side, "principal", service_account(workload.name_space, workload.service), labels);
  append(side, "app", workload.service, labels);
  append(side, "version", version, labels);
  append(side, "cluster", "Kubernetes", labels);
}

void append_unknown_party(std::string_view side, std::string_view revision, std::vector<Label>& labels) {
  for (const char* what :
       {"workload", "canonical_service", "workload_namespace", "principal", "app", "version", "cluster"})
    append(side, what, "unknown", labels);
  append(side, "canonical_revision", std::string(revision), labels);
}

void append_destination_service(const Workload& workload, std::vector<Label>& labels) {
  labels.push_back({"destination_service", workload.service + "." + workload.name_space + ".svc.cluster.local"});
  labels.push_back({"destination_service_name", workload.service});
  labels.push_back({"destination_service_namespace", workload.name_space});
}

}  // namespace sluice::load
