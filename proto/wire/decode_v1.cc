#include "proto/wire/decode_v1.h"

#include <array>

#include "proto/wire/common_sample.h"
#include "proto/wire/fields.h"
#include "proto/wire/intake.h"
#include "proto/wire/spelling_hash.h"

namespace sluice::wire {
namespace {

// Hops over the run of Label fields at the start of a series. Reading each length to find the next is a chain of loads,
// 37 of them for an Istio series; so the lengths of the series before are taken as a guess. Neighbours in a request are
// mostly neighbours in a scrape, whose labels differ in one or two lengths, and a confirmed guess costs a compare that
// the processor does not wait for.
class LabelHopper {
 public:
  // The first byte behind the labels, at most `end`. nullptr: a length that does not fit in one byte or runs past `end`
  // (the general walk then says what is wrong, if anything is).
  const char* hop(const char* p, const char* end) {
    for (std::size_t i = 0; end - p >= 2; ++i) {
      std::uint16_t& guess = guesses_[i % kGuesses];
      std::uint16_t step = guess;
      asm(""
          : "+r"(step));  // or the compiler, knowing that both are equal when it is used, waits for `header` after all
      const std::uint16_t header = load(p);
      if (header != guess) {
        if ((header & 0xff) != fields::series1::kLabel) return p;
        if (header >> 8 >= 0x80) return nullptr;
        step = guess = header;
      }
      const std::ptrdiff_t size = 2 + (step >> 8);
      if (size > end - p) return nullptr;
      p += size;
    }
    return p;
  }

 private:
  static constexpr std::size_t kGuesses = 64;
  static std::uint16_t load(const char* p) {  // tag in the low byte, length in the high one, on any machine
    return static_cast<std::uint16_t>(static_cast<unsigned char>(p[0]) | static_cast<unsigned char>(p[1]) << 8);
  }
  std::array<std::uint16_t, kGuesses> guesses_ = [] {
    std::array<std::uint16_t, kGuesses> empty_labels;
    empty_labels.fill(fields::series1::kLabel);
    return empty_labels;
  }();
};

class DecoderV1 {
 public:
  DecoderV1(const DecodeLimits& limits, const SpellingKey& key, WriteBatch& batch)
      : limits_(limits), key_(key), batch_(batch), intake_(batch, limits) {}

  Result<void> run() {
    Reader reader(batch_.message);
    while (reader.next())
      if (const Trouble trouble = read_field(reader)) return tl::unexpected(error(trouble, reader));
    if (reader.damaged()) return tl::unexpected(error(&kMalformed, reader));
    return {};
  }

 private:
  Error error(Trouble trouble, const Reader& reader) const {
    return to_error(trouble, limits_, static_cast<std::size_t>(reader.field() - batch_.message.data()));
  }

  Trouble read_field(Reader& reader) {
    switch (reader.tag()) {
      case fields::kSeries1: return read_series(reader.bytes());
      case fields::kMetadata1: return read_metadata(reader.bytes());
      default: reader.skip(); return nullptr;
    }
  }

  // Labels first, then one sample: what Prometheus, its agent and Alloy always send.
  Trouble read_series(std::string_view bytes) {
    Sample sample;
    const char* const labels_end = guess_last_sample(bytes, sample);
    if (labels_end == nullptr || hopper_.hop(bytes.data(), labels_end) != labels_end) return read_any_series(bytes);
    if (batch_.series.size() == limits_.series_max) return &kTooManySeries;
    if (batch_.samples.size() == limits_.samples_max) return &kTooManySamples;

    IncomingSeries& series = batch_.series.emplace_back();
    series.labels_offset = static_cast<std::uint32_t>(bytes.data() - batch_.message.data());
    series.labels_bytes = static_cast<std::uint32_t>(labels_end - bytes.data());
    series.spelling = spell(key_, bytes.data(), series.labels_bytes);
    series.first_sample = static_cast<std::uint32_t>(batch_.samples.size());
    series.sample_count = 1;
    batch_.samples.push_back(sample);
    return nullptr;
  }

  Trouble read_any_series(std::string_view bytes) {
    if (const Trouble trouble = intake_.begin()) return trouble;
    LabelRun labels(batch_);
    Reader reader(skip_leading_labels(bytes, labels));
    while (reader.next())
      if (const Trouble trouble = read_series_field(reader, labels)) return trouble;
    if (reader.damaged()) return &kMalformed;

    IncomingSeries series;
    labels.locate(series);
    series.spelling = spell(key_, labels.bytes().data(), labels.bytes().size());
    intake_.finish(series);
    return nullptr;
  }

  // Several samples, or histograms: still labels first, from everybody.
  std::string_view skip_leading_labels(std::string_view bytes, LabelRun& labels) {
    const char* const end = bytes.data() + bytes.size();
    const char* const labels_end = hopper_.hop(bytes.data(), end);
    if (labels_end == nullptr || labels_end == bytes.data()) return bytes;
    const auto labels_bytes = static_cast<std::size_t>(labels_end - bytes.data());
    labels.add(bytes.substr(0, labels_bytes));
    return bytes.substr(labels_bytes);
  }

  Trouble read_series_field(Reader& reader, LabelRun& labels) {
    switch (reader.tag()) {
      case fields::series1::kLabel: {
        const char* const begin = reader.field();
        reader.bytes();
        if (!reader.damaged()) labels.add({begin, static_cast<std::size_t>(reader.position() - begin)});
        return nullptr;
      }
      case fields::series1::kSample: return intake_.add_sample(reader.bytes());
      case fields::series1::kExemplar: return intake_.add_exemplar(reader.bytes());
      case fields::series1::kHistogram: return intake_.add_histogram(reader.bytes());
      default: reader.skip(); return nullptr;
    }
  }

  Trouble read_metadata(std::string_view bytes) {
    if (batch_.metadata.size() == limits_.metadata_max) return &kTooManyMetadata;
    return parse_metadata_v1(bytes, batch_.metadata.emplace_back());
  }

  const DecodeLimits& limits_;
  const SpellingKey& key_;
  WriteBatch& batch_;
  Intake intake_;
  LabelHopper hopper_;
};

}  // namespace

Result<void> decode_v1(const DecodeLimits& limits, const SpellingKey& key, WriteBatch& batch) {
  return DecoderV1(limits, key, batch).run();
}

}  // namespace sluice::wire
