// storage/tsdb/record.h
//
// Room: storage/tsdb. One accepted part as bytes: the journal's record. Columns, because a part holds thousands of
// samples that share refs in runs and timestamps in runs. docs/formats/journal.md draws every byte.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/model/sample.h"
#include "storage/disk/block_store.h"
#include "storage/disk/bytes.h"
#include "storage/head/head.h"
#include "storage/index/series_index.h"
#include "storage/index/symbol_table.h"

namespace sluice::storage {

struct ExemplarOfSeries {
  SeriesRef ref;
  Exemplar exemplar;
};

// What was judged good in one part. Reused from part to part.
struct AcceptedPart {
  std::vector<FloatSample> floats;
  std::vector<HistogramSample> histograms;
  std::vector<SampleStart> starts;
  std::vector<ExemplarOfSeries> exemplars;
  std::vector<MetricMetadata> metadata;
  bool empty() const;
  void clear();
  std::int64_t oldest_sample_ms() const;  // there is one
};

// Ids that the journal (or a segment) already holds; what is registered behind them goes along with the next record.
struct Watermark {
  std::uint32_t symbols = 0, series = 0;
  friend bool operator==(const Watermark&, const Watermark&) = default;
};

// Appends one record to `out`: registrations in [from, to), then the samples.
void encode_record(TenantNumber tenant, const SymbolTable& symbols, const SeriesIndex& index, Watermark from,
                   Watermark to, const AcceptedPart& part, std::string& out);

// A record's head: whose it is, and the undecoded registrations and columns. Borrows from the record.
struct RecordParts {
  TenantNumber tenant;
  std::uint32_t first_symbol = 0;
  std::vector<std::string_view> symbols;
  std::uint32_t first_series = 0, series_count = 0;
  std::string_view series;   // for LabelSetDecoder
  std::string_view samples;  // for decode_samples()
};
Result<RecordParts> decode_record(std::string_view record);
// Fills `part` (replaced). `series_count`: refs beyond it are damage.
Result<void> decode_samples(std::string_view samples, std::uint32_t series_count, AcceptedPart& part);

// Symbols [from, to) and series [from, to) in the form that records and segments share.
void encode_symbols(const SymbolTable& symbols, std::uint32_t from, std::uint32_t to, std::string& out);
void encode_series(const SeriesIndex& index, std::uint32_t from, std::uint32_t to, std::string& out);

void encode_exemplar(const Exemplar& exemplar, std::string& out);
Exemplar decode_exemplar(ByteReader& in);
void encode_metadata(const MetricMetadata& metadata, std::string& out);
MetricMetadata decode_metadata(ByteReader& in);

}  // namespace sluice::storage
