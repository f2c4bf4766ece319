#include "load/body/metadata.h"

#include "load/body/body_template.h"

namespace sluice::load {

std::string metadata_request_v1(const Families& families) {
  constexpr char kMetadata = 0x1a, kType = 0x08, kFamilyName = 0x12;  // fields 3; 1, 2 (Envoy sends no help, no unit)
  std::string message;
  for (const Family& family : families.all()) {
    std::string entry = {kType, static_cast<char>(family.type)};
    append_field(kFamilyName, family.name, entry);
    append_field(kMetadata, entry, message);
  }
  return snappy_block(message);
}

}  // namespace sluice::load
