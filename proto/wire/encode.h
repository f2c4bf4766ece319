// proto/wire/encode.h
//
// Room: proto/wire. The sender's side: remote write messages as bytes, for the load generator and for tests.
// A series' labels are encoded once and copied from then on, as a sender that wants to be fast would do.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/model/histogram.h"
#include "proto/model/sample.h"

namespace sluice::wire {

// Snappy block format, into `compressed` (replaced).
void compress(std::string_view message, std::string& compressed);

struct OutgoingSample {
  Sample sample;
  std::int64_t start_ms = 0;  // 2.0 only; 0: unset
};

struct OutgoingHistogram {
  std::int64_t timestamp_ms = 0;
  std::int64_t start_ms = 0;  // 2.0 only; 0: unset
  const Histogram* histogram = nullptr;
};

// What one TimeSeries carries besides its labels. Borrowed for the call.
struct OutgoingData {
  std::span<const OutgoingSample> samples = {};
  std::span<const OutgoingHistogram> histograms = {};
  std::span<const Exemplar> exemplars = {};
};

// ---- 1.0 --------------------------------------------------------------------------------------------------------

// The Label fields of one series, in the order given (the specification wants them sorted by name).
std::string encode_labels_v1(std::span<const LabelRef> labels);
std::string encode_labels_v1(const Labels& labels);

// Appends one TimeSeries to a WriteRequest message. The first form is the one Prometheus sends and costs a copy.
void append_series_v1(std::string& message, std::string_view encoded_labels, Sample sample);
void append_series_v1(std::string& message, std::string_view encoded_labels, const OutgoingData& data);
void append_metadata_v1(std::string& message, const MetricMetadata& metadata);

// ---- 2.0 --------------------------------------------------------------------------------------------------------

// Strings a sender knows, numbered once for the life of the process. Id 0 is "".
class SymbolDictionary {
 public:
  SymbolDictionary() { id(""); }
  std::uint32_t id(std::string_view text);  // finds or adds
  std::string_view text(std::uint32_t id) const { return *texts_[id]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
  std::vector<const std::string*> texts_;  // keys of ids_: a node-based map keeps them where they are
};

// name, value, name, value, ... in the order given.
std::vector<std::uint32_t> symbol_ids(SymbolDictionary& dictionary, std::span<const LabelRef> labels);

struct OutgoingMetadata {
  MetricType type = MetricType::unknown;
  std::uint32_t help_id = 0, unit_id = 0;  // of the dictionary
};

// Builds one io.prometheus.write.v2.Request at a time, with only the symbols that request needs, numbered in order of
// first use as Prometheus does. Reused from request to request; the dictionary must outlive it.
class RequestBuilderV2 {
 public:
  explicit RequestBuilderV2(SymbolDictionary& dictionary) : dictionary_(dictionary) { clear(); }
  void clear();
  void add(std::span<const std::uint32_t> label_ids, Sample sample);
  void add(std::span<const std::uint32_t> label_ids, const OutgoingData& data, const OutgoingMetadata* metadata);
  void finish(std::string& message) const;  // replaces `message`
  std::size_t series_count() const { return series_count_; }

 private:
  std::uint32_t reference(std::uint32_t id);  // this request's number of a dictionary symbol
  void append_refs(std::uint32_t field, std::span<const std::uint32_t> ids, std::string& out);
  void append_exemplar(const Exemplar& exemplar);
  void append_metadata(const OutgoingMetadata& metadata);
  void close_series();  // wraps body_ as one TimeSeries

  SymbolDictionary& dictionary_;
  std::uint32_t request_ = 0;  // marks which entries of references_ belong to this request
  struct Reference {
    std::uint32_t request = 0, ref = 0;
  };
  std::vector<Reference> references_;    // by dictionary id
  std::vector<std::uint32_t> used_ids_;  // by reference
  std::string series_, body_, refs_;     // finished TimeSeries fields; the one being built; its packed references
  std::size_t series_count_ = 0;
};

}  // namespace sluice::wire
