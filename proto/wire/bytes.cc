#include "proto/wire/bytes.h"

namespace sluice::wire {

// The tag of the outermost group has just been read. Nested groups are counted, so no recursion can be provoked.
void Reader::skip_group() {
  std::uint32_t open[kGroupDepthMax];
  int depth = 0;
  open[depth++] = tag_ >> 3;
  while (depth > 0 && next()) {
    const auto type = static_cast<WireType>(tag_ & 7);
    if (type == WireType::end_group) {
      if (tag_ >> 3 != open[--depth]) damage();
    } else if (type != WireType::group) {
      skip();
    } else if (depth == kGroupDepthMax) {
      damage();
    } else {
      open[depth++] = tag_ >> 3;
    }
  }
  if (depth > 0) damage();
}

}  // namespace sluice::wire
