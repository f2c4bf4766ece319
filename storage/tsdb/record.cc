#include "storage/tsdb/record.h"

#include <algorithm>
#include <limits>

#include "storage/disk/bytes.h"
#include "storage/frame/histogram_codec.h"
#include "storage/tsdb/label_codec.h"
#include "storage/tsdb/value_column.h"

namespace sluice::storage {

namespace {

constexpr std::uint8_t kVersion = 2;

tl::unexpected<Error> damaged(const char* what) {
  return fail(Errc::corrupt, std::string("a journal record is damaged (") + what +
                                 "): restore the data directory from a backup, or move it away to start empty");
}

// refs := (first - end of the run before):svarint length:varint, until all are covered
void encode_refs(std::span<const FloatSample> floats, std::string& out) {
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < floats.size();) {
    const std::uint32_t first = floats[i].ref.value();
    std::size_t end = i + 1;
    while (end < floats.size() && floats[end].ref.value() == first + (end - i)) ++end;
    put_signed(out, static_cast<std::int64_t>(first) - expected);
    put_varint(out, end - i);
    expected = static_cast<std::int64_t>(first) + static_cast<std::int64_t>(end - i);
    i = end;
  }
}

// timestamps := (timestamp - the one before):svarint repeated:varint, until all are covered
void encode_times(std::span<const FloatSample> floats, std::string& out) {
  std::int64_t before = 0;
  for (std::size_t i = 0; i < floats.size();) {
    const std::int64_t timestamp_ms = floats[i].timestamp_ms;
    std::size_t end = i + 1;
    while (end < floats.size() && floats[end].timestamp_ms == timestamp_ms) ++end;
    put_signed(
        out, static_cast<std::int64_t>(static_cast<std::uint64_t>(timestamp_ms) - static_cast<std::uint64_t>(before)));
    put_varint(out, end - i);
    before = timestamp_ms;
    i = end;
  }
}

void encode_floats_column(std::span<const FloatSample> floats, std::string& out) {
  put_varint(out, floats.size());
  encode_refs(floats, out);
  encode_times(floats, out);
  encode_values(floats, out);
}

bool decode_refs(ByteReader& in, std::span<FloatSample> floats, std::uint32_t series_count) {
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < floats.size();) {
    const std::int64_t first = expected + in.signed_varint();
    const std::uint64_t length = in.varint();
    if (!in.ok() || length == 0 || length > floats.size() - i) return false;
    if (first < 0 || first + static_cast<std::int64_t>(length) > series_count) return false;
    for (std::uint64_t k = 0; k < length; ++k)
      floats[i + k].ref = SeriesRef(static_cast<std::uint32_t>(first + static_cast<std::int64_t>(k)));
    expected = first + static_cast<std::int64_t>(length);
    i += length;
  }
  return true;
}

bool decode_times(ByteReader& in, std::span<FloatSample> floats) {
  std::uint64_t timestamp_ms = 0;
  for (std::size_t i = 0; i < floats.size();) {
    timestamp_ms += static_cast<std::uint64_t>(in.signed_varint());
    const std::uint64_t length = in.varint();
    if (!in.ok() || length == 0 || length > floats.size() - i) return false;
    for (std::uint64_t k = 0; k < length; ++k) floats[i + k].timestamp_ms = static_cast<std::int64_t>(timestamp_ms);
    i += length;
  }
  return true;
}

bool decode_floats_column(ByteReader& in, std::uint32_t series_count, std::vector<FloatSample>& floats) {
  const std::uint64_t count = in.varint();
  if (count > 2 * in.left()) return false;  // each takes half a byte at least
  floats.resize(count);
  return decode_refs(in, floats, series_count) && decode_times(in, floats) && decode_values(in, floats);
}

// histograms := count:varint ref:varint* runs  (one run of the histogram codec for all)
void encode_histograms_column(std::span<const HistogramSample> histograms, std::string& out) {
  put_varint(out, histograms.size());
  if (histograms.empty()) return;
  std::vector<HistogramPoint> points;
  for (const HistogramSample& sample : histograms) {
    put_varint(out, sample.ref.value());
    points.push_back({sample.timestamp_ms, sample.histogram.get()});
  }
  std::string run;
  encode_histograms(points, run);
  put_text(out, run);
}

bool decode_histograms_column(ByteReader& in, std::uint32_t series_count, std::vector<HistogramSample>& histograms) {
  histograms.resize(in.count());
  if (!in.ok() || histograms.empty()) return in.ok();
  for (HistogramSample& sample : histograms) {
    const std::uint64_t ref = in.varint();
    if (ref >= series_count) return false;
    sample.ref = SeriesRef(static_cast<std::uint32_t>(ref));
  }
  std::string_view run = in.text();
  std::vector<TimedHistogram> decoded;
  if (!in.ok() || !decode_histograms(run, decoded) || decoded.size() != histograms.size()) return false;
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    histograms[i].timestamp_ms = decoded[i].timestamp_ms;
    histograms[i].histogram = std::make_shared<Histogram>(std::move(decoded[i].histogram));
  }
  return true;
}

void encode_starts_column(std::span<const SampleStart> starts, std::string& out) {
  put_varint(out, starts.size());
  for (const SampleStart& start : starts) {
    put_varint(out, start.ref.value());
    put_signed(out, start.timestamp_ms);
    put_signed(out, start.start_ms);
  }
}

bool decode_starts_column(ByteReader& in, std::uint32_t series_count, std::vector<SampleStart>& starts) {
  const std::uint64_t count = in.count(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t ref = in.varint();
    if (ref >= series_count) return false;
    const std::int64_t timestamp_ms = in.signed_varint();
    starts.push_back({SeriesRef(static_cast<std::uint32_t>(ref)), timestamp_ms, in.signed_varint()});
  }
  return in.ok();
}

bool decode_exemplars_column(ByteReader& in, std::uint32_t series_count, std::vector<ExemplarOfSeries>& exemplars) {
  const std::uint64_t count = in.count(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t ref = in.varint();
    if (ref >= series_count) return false;
    exemplars.push_back({SeriesRef(static_cast<std::uint32_t>(ref)), decode_exemplar(in)});
  }
  return in.ok();
}

void encode_side_columns(const AcceptedPart& part, std::string& out) {
  encode_histograms_column(part.histograms, out);
  encode_starts_column(part.starts, out);
  put_varint(out, part.exemplars.size());
  for (const ExemplarOfSeries& exemplar : part.exemplars) {
    put_varint(out, exemplar.ref.value());
    encode_exemplar(exemplar.exemplar, out);
  }
  put_varint(out, part.metadata.size());
  for (const MetricMetadata& metadata : part.metadata) encode_metadata(metadata, out);
}

}  // namespace

bool AcceptedPart::empty() const {
  return floats.empty() && histograms.empty() && exemplars.empty() && metadata.empty();
}

void AcceptedPart::clear() {
  floats.clear();
  histograms.clear();
  starts.clear();
  exemplars.clear();
  metadata.clear();
}

std::int64_t AcceptedPart::oldest_sample_ms() const {
  std::int64_t oldest_ms = std::numeric_limits<std::int64_t>::max();
  for (const FloatSample& sample : floats) oldest_ms = std::min(oldest_ms, sample.timestamp_ms);
  for (const HistogramSample& sample : histograms) oldest_ms = std::min(oldest_ms, sample.timestamp_ms);
  return oldest_ms;
}

void encode_exemplar(const Exemplar& exemplar, std::string& out) {
  put_signed(out, exemplar.timestamp_ms);
  put_double(out, exemplar.value);
  put_varint(out, exemplar.labels.size());
  for (const Label& label : exemplar.labels) {
    put_text(out, label.name);
    put_text(out, label.value);
  }
}

Exemplar decode_exemplar(ByteReader& in) {
  Exemplar exemplar;
  exemplar.timestamp_ms = in.signed_varint();
  exemplar.value = in.f64();
  const std::uint64_t count = in.count(2);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::string_view name = in.text();
    exemplar.labels.push_back({std::string(name), std::string(in.text())});
  }
  return exemplar;
}

void encode_metadata(const MetricMetadata& metadata, std::string& out) {
  put_text(out, metadata.metric);
  out.push_back(static_cast<char>(metadata.type));
  put_text(out, metadata.help);
  put_text(out, metadata.unit);
}

MetricMetadata decode_metadata(ByteReader& in) {
  MetricMetadata metadata;
  metadata.metric = in.text();
  metadata.type =
      static_cast<MetricType>(std::min<std::uint8_t>(in.u8(), static_cast<std::uint8_t>(MetricType::stateset)));
  metadata.help = in.text();
  metadata.unit = in.text();
  return metadata;
}

void encode_symbols(const SymbolTable& symbols, std::uint32_t from, std::uint32_t to, std::string& out) {
  put_varint(out, to - from);
  for (std::uint32_t id = from; id < to; ++id) put_text(out, symbols.text(SymbolId(id)));
}

void encode_series(const SeriesIndex& index, std::uint32_t from, std::uint32_t to, std::string& out) {
  put_varint(out, to - from);
  LabelSetEncoder encoder;
  for (std::uint32_t ref = from; ref < to; ++ref) encoder.add(index.labels(SeriesRef(ref)), out);
}

// record := version:u8 tenant:varint first_symbol:varint symbols first_series:varint series_bytes:varint series samples
void encode_record(TenantNumber tenant, const SymbolTable& symbols, const SeriesIndex& index, Watermark from,
                   Watermark to, const AcceptedPart& part, std::string& out) {
  out.push_back(static_cast<char>(kVersion));
  put_varint(out, tenant.value());
  put_varint(out, from.symbols);
  encode_symbols(symbols, from.symbols, to.symbols, out);
  put_varint(out, from.series);
  std::string series;
  encode_series(index, from.series, to.series, series);
  put_text(out, series);
  encode_floats_column(part.floats, out);
  encode_side_columns(part, out);
}

Result<RecordParts> decode_record(std::string_view record) {
  ByteReader in(record);
  if (in.u8() != kVersion) return damaged("unknown version");
  RecordParts parts;
  parts.tenant = TenantNumber(static_cast<std::uint32_t>(in.varint()));
  parts.first_symbol = static_cast<std::uint32_t>(in.varint());
  const std::uint64_t symbols = in.count();
  for (std::uint64_t i = 0; i < symbols && in.ok(); ++i) parts.symbols.push_back(in.text());
  parts.first_series = static_cast<std::uint32_t>(in.varint());
  ByteReader series(in.text());
  parts.series_count = static_cast<std::uint32_t>(series.count());
  parts.series = series.bytes(series.left());
  parts.samples = in.bytes(in.left());
  if (!in.ok() || !series.ok()) return damaged("its registrations end early");
  return parts;
}

Result<void> decode_samples(std::string_view samples, std::uint32_t series_count, AcceptedPart& part) {
  part.clear();
  ByteReader in(samples);
  if (!decode_floats_column(in, series_count, part.floats)) return damaged("samples");
  if (!decode_histograms_column(in, series_count, part.histograms)) return damaged("histograms");
  if (!decode_starts_column(in, series_count, part.starts)) return damaged("start times");
  if (!decode_exemplars_column(in, series_count, part.exemplars)) return damaged("exemplars");
  const std::uint64_t metadata = in.count(4);
  for (std::uint64_t i = 0; i < metadata && in.ok(); ++i) part.metadata.push_back(decode_metadata(in));
  if (!in.ok() || !in.done()) return damaged("metadata");
  return {};
}

}  // namespace sluice::storage
