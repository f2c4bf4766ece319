#include "proto/wire/fields.h"
#include "proto/wire/parse.h"
#include "proto/wire/refs.h"

namespace sluice::wire {
namespace {

Result<void> too_many_labels() {
  return fail(Errc::too_large, "a series has more than " + std::to_string(kLabelsPerSeriesMax) + " labels");
}

Result<void> labels_v1(std::string_view raw, std::vector<LabelRef>& labels) {
  Reader reader(raw);
  while (reader.next()) {
    if (labels.size() == kLabelsPerSeriesMax) return too_many_labels();
    if (parse_label(reader.bytes(), labels.emplace_back())) return fail(Errc::invalid_argument, "malformed label");
  }
  return {};
}

Result<void> labels_v2(const WriteBatch& batch, std::string_view raw, std::vector<LabelRef>& labels) {
  std::vector<std::uint32_t> refs;
  if (!unpack_refs(raw, refs)) return fail(Errc::invalid_argument, "malformed label references");
  if (const auto complaint = refs_complaint(refs, batch.symbols.size()))
    return fail(Errc::invalid_argument, *complaint);
  if (refs.size() / 2 > kLabelsPerSeriesMax) return too_many_labels();
  for (std::size_t i = 0; i < refs.size(); i += 2)
    labels.push_back({batch.symbols[refs[i]], batch.symbols[refs[i + 1]]});
  return {};
}

}  // namespace

Result<void> decode_labels(const WriteBatch& batch, const IncomingSeries& series, std::vector<LabelRef>& labels) {
  labels.clear();
  const std::string_view raw = raw_labels(batch, series);
  return batch.protocol == Protocol::remote_write_1 ? labels_v1(raw, labels) : labels_v2(batch, raw, labels);
}

}  // namespace sluice::wire
