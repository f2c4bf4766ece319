#include "storage/disk/disk.h"

namespace sluice::storage {

const char* family_name(Family family) {
  switch (family) {
    case Family::journal: return "journal";
    case Family::series: return "series";
    case Family::symbols: return "symbols";
    case Family::blocks: return "blocks";
    case Family::meta: return "meta";
  }
  __builtin_unreachable();
}

}  // namespace sluice::storage
