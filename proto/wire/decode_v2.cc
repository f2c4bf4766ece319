#include "proto/wire/decode_v2.h"

#include <array>
#include <optional>

#include "proto/wire/fields.h"
#include "proto/wire/intake.h"
#include "proto/wire/refs.h"
#include "proto/wire/spelling_hash.h"

namespace sluice::wire {
namespace {

class DecoderV2 {
 public:
  DecoderV2(const DecodeLimits& limits, const SpellingKey& key, WriteBatch& batch)
      : limits_(limits), key_(key), batch_(batch), intake_(batch, limits) {}

  // Two walks, because protobuf lets symbols come after the series that refer to them. The first only hops.
  Result<void> run() {
    for (const auto walk : {&DecoderV2::read_symbol_field, &DecoderV2::read_series_field}) {
      Reader reader(batch_.message);
      while (reader.next())
        if (const Trouble trouble = (this->*walk)(reader)) return tl::unexpected(error(trouble, reader));
      if (reader.damaged()) return tl::unexpected(error(&kMalformed, reader));
    }
    return {};
  }

 private:
  Error error(Trouble trouble, const Reader& reader) const {
    return to_error(trouble, limits_, static_cast<std::size_t>(reader.field() - batch_.message.data()));
  }

  Trouble read_symbol_field(Reader& reader) {
    if (reader.tag() != fields::kSymbols2) return reader.skip(), nullptr;
    if (batch_.symbols.size() == limits_.symbols_max) return &kTooManySymbols;
    const std::string_view symbol = reader.bytes();
    batch_.symbols.push_back(symbol);
    batch_.symbol_hashes.push_back(hash_symbol(key_, symbol));
    return nullptr;
  }

  Trouble read_series_field(Reader& reader) {
    if (reader.tag() != fields::kSeries2) return reader.skip(), nullptr;
    return read_series(reader.bytes());
  }

  Trouble read_series(std::string_view bytes) {
    if (const Trouble trouble = intake_.begin()) return trouble;
    LabelRun labels(batch_);
    std::optional<MetadataRefs> metadata;
    Reader reader(bytes);
    while (reader.next())
      if (const Trouble trouble = read_field(reader, labels, metadata)) return trouble;
    if (reader.damaged()) return &kMalformed;
    return judge(labels, metadata);
  }

  Trouble read_field(Reader& reader, LabelRun& labels, std::optional<MetadataRefs>& metadata) {
    switch (reader.tag()) {
      case fields::series2::kRefs: return add_refs(reader.bytes(), labels);
      case fields::series2::kOneRef: {
        const char* const begin = reader.value();
        reader.varint();
        if (!reader.damaged()) labels.add({begin, static_cast<std::size_t>(reader.position() - begin)});
        return nullptr;
      }
      case fields::series2::kSample: return intake_.add_sample(reader.bytes());
      case fields::series2::kHistogram: return intake_.add_histogram(reader.bytes());
      case fields::series2::kExemplar: return intake_.add_exemplar(reader.bytes());
      case fields::series2::kMetadata:
        if (!metadata) metadata.emplace();
        return parse_metadata_v2(reader.bytes(), *metadata);
      default: reader.skip(); return nullptr;
    }
  }

  // A varint may not begin in one piece and end in the next, which joining the pieces would allow.
  static Trouble add_refs(std::string_view piece, LabelRun& labels) {
    if (!piece.empty() && (piece.back() & 0x80) != 0) return &kMalformed;
    labels.add(piece);
    return nullptr;
  }

  // The order of the complaints is Prometheus's.
  Trouble judge(const LabelRun& labels, const std::optional<MetadataRefs>& metadata) {
    if (!gather(labels.bytes())) return drop_for_labels(labels.bytes());
    if (const auto complaint = metadata ? metadata_complaint(*metadata) : std::nullopt) {
      intake_.drop(RefusalKind::malformed_series, [&] {
        return "parsing metadata for series " + refs_text({refs_.data(), refs_.data() + ref_count_}) + ": " +
               *complaint;
      });
      return nullptr;
    }
    IncomingSeries series;
    labels.locate(series);
    // Prometheus refuses an exemplar that comes alone; its own sender (3.14) sends every exemplar so.
    if (!intake_.has_data()) {
      intake_.drop(RefusalKind::no_samples, [&] {
        return "TimeSeries must contain at least one sample or histogram for series " + series_text(batch_, series);
      });
      return nullptr;
    }
    // The hash of the symbols' hashes in order: no string of a known series is looked at.
    series.spelling = spell(key_, gathered_.data(), ref_count_ * sizeof(gathered_[0]));
    intake_.finish(series);
    return metadata ? add_metadata(*metadata) : nullptr;
  }

  // Reads the references and looks their symbols' hashes up in one pass. False: they are no labels; drop_for_labels()
  // then takes the time to say why.
  bool gather(std::string_view packed) {
    const char* p = packed.data();
    const char* const end = p + packed.size();
    const std::size_t symbol_count = batch_.symbol_hashes.size();
    const std::uint64_t* const hashes = batch_.symbol_hashes.data();
    for (ref_count_ = 0; p != end; ++ref_count_) {
      std::uint64_t ref = static_cast<unsigned char>(*p++);
      if (ref >= 0x80 && p != end && static_cast<unsigned char>(*p) < 0x80) {  // two bytes: most symbols of a request
        ref = (ref & 0x7f) | static_cast<std::uint64_t>(static_cast<unsigned char>(*p++)) << 7;
      } else if (ref >= 0x80) {
        p = read_varint(p - 1, end, Reader::kVarintBytesMax, ref);
        if (p == nullptr) return false;
      }
      const auto index = static_cast<std::uint32_t>(ref);
      if (index >= symbol_count || ref_count_ == refs_.size()) return false;
      refs_[ref_count_] = index;
      gathered_[ref_count_] = hashes[index];
    }
    return ref_count_ % 2 == 0;
  }

  Trouble drop_for_labels(std::string_view packed) {
    std::vector<std::uint32_t> refs;
    if (!unpack_refs(packed, refs)) return &kMalformed;
    const auto complaint = refs_complaint(refs, batch_.symbols.size());
    intake_.drop(complaint ? RefusalKind::malformed_series : RefusalKind::too_many_labels, [&] {
      return "parsing labels for series " + refs_text(refs) + ": " +
             complaint.value_or("more than " + std::to_string(kLabelsPerSeriesMax) + " labels");
    });
    return nullptr;
  }

  std::optional<std::string> metadata_complaint(const MetadataRefs& metadata) const {
    const std::size_t size = batch_.symbols.size();
    const auto outside = [size](const char* name, std::uint32_t ref) {
      return "metadata " + std::string(name) + " " + std::to_string(ref) + " outside of symbols table (size " +
             std::to_string(size) + ")";
    };
    if (metadata.help_ref != 0 && metadata.help_ref >= size) return outside("help_ref", metadata.help_ref);
    if (metadata.unit_ref != 0 && metadata.unit_ref >= size) return outside("unit_ref", metadata.unit_ref);
    return std::nullopt;
  }

  // Senders repeat a metric's metadata on each of its series; one entry per request and metric is enough.
  Trouble add_metadata(const MetadataRefs& metadata) {
    const std::optional<std::uint32_t> name = metric_ref();
    if (!name || metadata == MetadataRefs{}) return nullptr;
    if (seen_.empty()) seen_.resize(batch_.symbols.size());
    if (seen_[*name] == metadata) return nullptr;
    seen_[*name] = metadata;
    if (batch_.metadata.size() == limits_.metadata_max) return &kTooManyMetadata;
    batch_.metadata.push_back({std::string(batch_.symbols[*name]), metric_type(metadata.type),
                               symbol_or_empty(metadata.help_ref), symbol_or_empty(metadata.unit_ref)});
    return nullptr;
  }

  std::string symbol_or_empty(std::uint32_t ref) const { return ref == 0 ? "" : std::string(batch_.symbols[ref]); }

  std::optional<std::uint32_t> metric_ref() const {
    for (std::size_t i = 0; i < ref_count_; i += 2)
      if (batch_.symbols[refs_[i]] == kMetricName) return refs_[i + 1];
    return std::nullopt;
  }

  const DecodeLimits& limits_;
  const SpellingKey& key_;
  WriteBatch& batch_;
  Intake intake_;
  std::vector<MetadataRefs> seen_;  // by metric name symbol; empty until the first metadata
  // Of the series being read: its references, and their symbols' hashes.
  std::size_t ref_count_ = 0;
  std::array<std::uint32_t, 2 * kLabelsPerSeriesMax> refs_;
  std::array<std::uint64_t, 2 * kLabelsPerSeriesMax> gathered_;
};

}  // namespace

Result<void> decode_v2(const DecodeLimits& limits, const SpellingKey& key, WriteBatch& batch) {
  return DecoderV2(limits, key, batch).run();
}

}  // namespace sluice::wire
