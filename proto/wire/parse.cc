#include "proto/wire/parse.h"

#include "proto/wire/common_sample.h"
#include "proto/wire/fields.h"
#include "proto/wire/refs.h"

namespace sluice::wire {

Error to_error(Trouble trouble, const DecodeLimits& limits, std::size_t message_offset) {
  if (trouble->limit == nullptr)
    return Error(Errc::invalid_argument, std::string(trouble->text) + " near byte " + std::to_string(message_offset));
  return Error(Errc::too_large, std::string(trouble->text) + " = " + std::to_string(limits.*(trouble->limit)) +
                                    " of one request; send smaller requests");
}

Trouble parse_sample(std::string_view bytes, ParsedSample& out) {
  if (read_common_sample(bytes, out.sample)) return nullptr;
  out.sample = {};
  Reader reader(bytes);
  while (reader.next()) switch (reader.tag()) {
      case fields::sample::kValue: out.sample.value = reader.fixed64(); break;
      case fields::sample::kTimestamp: out.sample.timestamp_ms = static_cast<std::int64_t>(reader.varint()); break;
      case fields::sample::kStart2: out.start_ms = static_cast<std::int64_t>(reader.varint()); break;
      default: reader.skip();
    }
  return reader.damaged() ? &kMalformed : nullptr;
}

Trouble parse_label(std::string_view bytes, LabelRef& out) {
  Reader reader(bytes);
  while (reader.next()) switch (reader.tag()) {
      case fields::label::kName: out.name = reader.bytes(); break;
      case fields::label::kValue: out.value = reader.bytes(); break;
      default: reader.skip();
    }
  return reader.damaged() ? &kMalformed : nullptr;
}

namespace {

std::string too_many_exemplar_labels(const DecodeLimits& limits) {
  return "exemplar has more than exemplar_labels_max = " + std::to_string(limits.exemplar_labels_max) + " labels";
}

}  // namespace

Trouble parse_exemplar_v1(std::string_view bytes, const DecodeLimits& limits, Exemplar& out,
                          std::optional<std::string>& complaint) {
  Reader reader(bytes);
  while (reader.next()) switch (reader.tag()) {
      case fields::exemplar::kLabel1: {
        LabelRef label;
        if (const Trouble trouble = parse_label(reader.bytes(), label)) return trouble;
        if (out.labels.size() == limits.exemplar_labels_max)
          complaint = too_many_exemplar_labels(limits);
        else
          out.labels.push_back({std::string(label.name), std::string(label.value)});
        break;
      }
      case fields::exemplar::kValue: out.value = reader.fixed64(); break;
      case fields::exemplar::kTimestamp: out.timestamp_ms = static_cast<std::int64_t>(reader.varint()); break;
      default: reader.skip();
    }
  return reader.damaged() ? &kMalformed : nullptr;
}

namespace {

void resolve_exemplar_labels(const std::vector<std::uint32_t>& refs, const DecodeLimits& limits,
                             const std::vector<std::string_view>& symbols, Exemplar& out,
                             std::optional<std::string>& complaint) {
  complaint = refs_complaint(refs, symbols.size());
  if (!complaint && refs.size() / 2 > limits.exemplar_labels_max) complaint = too_many_exemplar_labels(limits);
  if (complaint) return;
  for (std::size_t i = 0; i < refs.size(); i += 2)
    out.labels.push_back({std::string(symbols[refs[i]]), std::string(symbols[refs[i + 1]])});
}

}  // namespace

Trouble parse_exemplar_v2(std::string_view bytes, const DecodeLimits& limits,
                          const std::vector<std::string_view>& symbols, Exemplar& out,
                          std::optional<std::string>& complaint) {
  Reader reader(bytes);
  std::vector<std::uint32_t> refs;
  while (reader.next()) switch (reader.tag()) {
      case fields::exemplar::kRefs2:
        if (!unpack_refs(reader.bytes(), refs)) return &kMalformed;
        break;
      case fields::exemplar::kOneRef2: refs.push_back(static_cast<std::uint32_t>(reader.varint())); break;
      case fields::exemplar::kValue: out.value = reader.fixed64(); break;
      case fields::exemplar::kTimestamp: out.timestamp_ms = static_cast<std::int64_t>(reader.varint()); break;
      default: reader.skip();
    }
  if (reader.damaged()) return &kMalformed;
  resolve_exemplar_labels(refs, limits, symbols, out, complaint);
  return nullptr;
}

MetricType metric_type(std::uint64_t wire_value) {
  return wire_value <= static_cast<std::uint64_t>(MetricType::stateset) ? static_cast<MetricType>(wire_value)
                                                                        : MetricType::unknown;
}

Trouble parse_metadata_v1(std::string_view bytes, MetricMetadata& out) {
  Reader reader(bytes);
  while (reader.next()) switch (reader.tag()) {
      case fields::metadata::kType: out.type = metric_type(static_cast<std::uint32_t>(reader.varint())); break;
      case fields::metadata::kMetric1: out.metric = reader.bytes(); break;
      case fields::metadata::kHelp1: out.help = reader.bytes(); break;
      case fields::metadata::kUnit1: out.unit = reader.bytes(); break;
      default: reader.skip();
    }
  return reader.damaged() ? &kMalformed : nullptr;
}

Trouble parse_metadata_v2(std::string_view bytes, MetadataRefs& out) {
  Reader reader(bytes);
  while (reader.next()) switch (reader.tag()) {
      case fields::metadata::kType: out.type = static_cast<std::uint32_t>(reader.varint()); break;
      case fields::metadata::kHelpRef2: out.help_ref = static_cast<std::uint32_t>(reader.varint()); break;
      case fields::metadata::kUnitRef2: out.unit_ref = static_cast<std::uint32_t>(reader.varint()); break;
      default: reader.skip();
    }
  return reader.damaged() ? &kMalformed : nullptr;
}

}  // namespace sluice::wire
