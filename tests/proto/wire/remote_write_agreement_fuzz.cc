// Whatever bytes come, the hand-written decoder and libprotobuf's generated one accept the same messages and find the
// same labels, samples, histograms, exemplars, metadata and start times in them. First byte: bit 0 the version.
// One difference is meant: a Label of 1.0 is not looked into until somebody needs its text.
#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <string_view>
#include <tuple>

#include "proto/wire/fields.h"
#include "proto/wire/parse.h"
#include "tests/proto/wire/reference.h"

namespace {

using namespace sluice;
using namespace sluice::wire;
namespace v2 = io::prometheus::write::v2;

void require(bool truth) {
  if (!truth) __builtin_trap();
}

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return same(x, y); });
}
bool same(const Histogram& a, const Histogram& b) {
  return a.integer == b.integer && a.hint == b.hint && a.schema == b.schema &&
         same(a.zero_threshold, b.zero_threshold) && same(a.zero_count, b.zero_count) && same(a.count, b.count) &&
         same(a.sum, b.sum) && a.positive_spans == b.positive_spans && a.negative_spans == b.negative_spans &&
         same(a.positive_buckets, b.positive_buckets) && same(a.negative_buckets, b.negative_buckets) &&
         same(a.custom_values, b.custom_values);
}

// Reads the batch front to back while the reference is walked; every want_* consumes one entry.
class Comparison {
 public:
  explicit Comparison(const WriteBatch& batch) : batch_(batch) {}

  void want_series(const std::vector<Label>& labels, std::size_t samples) {
    require(series_ < batch_.series.size());
    const IncomingSeries& series = batch_.series[series_++];
    require(series.sample_count == samples);
    std::vector<LabelRef> got;
    require(decode_labels(batch_, series, got).has_value() && got.size() == labels.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      require(got[i].name == labels[i].name && got[i].value == labels[i].value);
  }
  void want_sample(std::int64_t timestamp_ms, double value, std::int64_t start_ms) {
    require(sample_ < batch_.samples.size());
    const Sample& got = batch_.samples[sample_];
    require(got.timestamp_ms == timestamp_ms && same(got.value, value));
    if (start_ms != 0) {
      require(start_ < batch_.starts.size() && batch_.starts[start_].sample == sample_);
      require(batch_.starts[start_++].start_ms == start_ms);
    }
    ++sample_;
  }
  void want_histogram(const Histogram& histogram, std::int64_t timestamp_ms, std::int64_t start_ms) {
    require(histogram_ < batch_.histograms.size());
    const IncomingHistogram& got = batch_.histograms[histogram_++];
    require(got.series + 1 == series_ && got.timestamp_ms == timestamp_ms && got.start_ms == start_ms);
    require(same(got.histogram, histogram));
  }
  void want_exemplar(const std::vector<Label>& labels, std::int64_t timestamp_ms, double value) {
    require(exemplar_ < batch_.exemplars.size());
    const IncomingExemplar& got = batch_.exemplars[exemplar_++];
    require(got.series + 1 == series_ && got.exemplar.timestamp_ms == timestamp_ms);
    require(same(got.exemplar.value, value) && got.exemplar.labels == labels);
  }
  void want_nothing_more() const {
    require(series_ == batch_.series.size() && sample_ == batch_.samples.size() && start_ == batch_.starts.size());
    require(histogram_ == batch_.histograms.size() && exemplar_ == batch_.exemplars.size());
  }

 private:
  const WriteBatch& batch_;
  std::size_t series_ = 0, sample_ = 0, start_ = 0, histogram_ = 0, exemplar_ = 0;
};

const DecodeLimits kLimits;

// What of one TimeSeries must be in the batch.
struct Kept {
  std::vector<Label> labels;
  std::vector<ParsedSample> samples;
  std::vector<IncomingHistogram> histograms;
  std::vector<Exemplar> exemplars;
};

void want(Comparison& comparison, const Kept& kept) {
  if (kept.samples.empty() && kept.histograms.empty() && kept.exemplars.empty()) return;
  comparison.want_series(kept.labels, kept.samples.size());
  for (const auto& sample : kept.samples)
    comparison.want_sample(sample.sample.timestamp_ms, sample.sample.value, sample.start_ms);
  for (const auto& histogram : kept.histograms)
    comparison.want_histogram(histogram.histogram, histogram.timestamp_ms, histogram.start_ms);
  for (const auto& exemplar : kept.exemplars)
    comparison.want_exemplar(exemplar.labels, exemplar.timestamp_ms, exemplar.value);
}

std::vector<Label> labels_of(const google::protobuf::RepeatedPtrField<prometheus::Label>& wire) {
  std::vector<Label> labels;
  for (const auto& label : wire) labels.push_back({label.name(), label.value()});
  return labels;
}

Kept kept(const prometheus::TimeSeries& series) {
  Kept out{.labels = labels_of(series.labels()), .samples = {}, .histograms = {}, .exemplars = {}};
  for (const auto& sample : series.samples()) out.samples.push_back({{sample.timestamp(), sample.value()}, 0});
  for (const auto& wire : series.histograms())
    if (auto histogram = reference::histogram(wire)) out.histograms.push_back({0, wire.timestamp(), 0, *histogram});
  for (const auto& wire : series.exemplars()) {
    Exemplar exemplar{labels_of(wire.labels()), wire.timestamp(), wire.value()};
    if (exemplar.labels.size() <= kLimits.exemplar_labels_max) out.exemplars.push_back(std::move(exemplar));
  }
  return out;
}

void compare(const prometheus::WriteRequest& request, const WriteBatch& batch) {
  Comparison comparison(batch);
  for (const auto& series : request.timeseries()) want(comparison, kept(series));
  comparison.want_nothing_more();
  require(static_cast<std::size_t>(request.metadata_size()) == batch.metadata.size());
  for (std::size_t i = 0; i < batch.metadata.size(); ++i) {
    const auto& wire = request.metadata(static_cast<int>(i));
    const MetricMetadata& got = batch.metadata[i];
    require(got.metric == wire.metric_family_name() && got.help == wire.help() && got.unit == wire.unit());
    require(got.type == reference::metric_type(static_cast<int>(wire.type())));
  }
}

using MetadataSet = std::set<std::tuple<std::string, MetricType, std::string, std::string>>;

void note_metadata(const v2::TimeSeries& series, const std::vector<Label>& labels, const v2::Request& request,
                   MetadataSet& out) {
  const auto& metadata = series.metadata();
  const auto name = std::find_if(labels.begin(), labels.end(), [](const Label& l) { return l.name == kMetricName; });
  if (name == labels.end() || (metadata.type() == 0 && metadata.help_ref() == 0 && metadata.unit_ref() == 0)) return;
  const auto symbol = [&](std::uint32_t ref) { return ref == 0 ? "" : request.symbols(static_cast<int>(ref)); };
  out.emplace(name->value, reference::metric_type(static_cast<int>(metadata.type())), symbol(metadata.help_ref()),
              symbol(metadata.unit_ref()));
}

std::optional<Kept> kept(const v2::TimeSeries& series, const v2::Request& request) {
  const auto labels = reference::labels(series.labels_refs(), request);
  if (!labels || labels->size() > kLabelsPerSeriesMax) return std::nullopt;
  if (series.has_metadata() && !reference::metadata_inside(series.metadata(), request.symbols_size()))
    return std::nullopt;
  if (series.samples_size() == 0 && series.histograms_size() == 0) return std::nullopt;

  Kept out{.labels = *labels, .samples = {}, .histograms = {}, .exemplars = {}};
  for (const auto& sample : series.samples())
    out.samples.push_back({{sample.timestamp(), sample.value()}, sample.start_timestamp()});
  for (const auto& wire : series.histograms())
    if (auto histogram = reference::histogram(wire))
      out.histograms.push_back({0, wire.timestamp(), wire.start_timestamp(), *histogram});
  for (const auto& wire : series.exemplars()) {
    const auto exemplar = reference::labels(wire.labels_refs(), request);
    if (exemplar && exemplar->size() <= kLimits.exemplar_labels_max)
      out.exemplars.push_back({*exemplar, wire.timestamp(), wire.value()});
  }
  return out;
}

void compare(const v2::Request& request, const WriteBatch& batch) {
  Comparison comparison(batch);
  MetadataSet wanted_metadata, metadata;
  for (const auto& series : request.timeseries()) {
    const auto found = kept(series, request);
    if (!found) continue;
    want(comparison, *found);
    if (series.has_metadata()) note_metadata(series, found->labels, request, wanted_metadata);
  }
  comparison.want_nothing_more();
  for (const MetricMetadata& got : batch.metadata) metadata.emplace(got.metric, got.type, got.help, got.unit);
  require(metadata == wanted_metadata);
}

bool every_label_is_readable(const WriteBatch& batch) {
  std::vector<LabelRef> labels;
  return std::all_of(batch.series.begin(), batch.series.end(),
                     [&](const IncomingSeries& series) { return decode_labels(batch, series, labels).has_value(); });
}

// Nobody needs the labels of a series that is ignored for want of data, so damage in them stays unseen.
bool ignored_series_of_1(std::string_view message, const WriteBatch& batch) {
  if (batch.protocol != Protocol::remote_write_1) return false;
  std::size_t sent = 0;
  for (Reader reader(message); reader.next(); reader.skip()) sent += reader.tag() == fields::kSeries1;
  return sent > batch.series.size();
}

// Both stop at a hundred nested groups, but libprotobuf counts the messages around them too.
bool may_nest_too_deep(std::string_view message) {
  return std::count_if(message.begin(), message.end(), [](char c) { return (c & 7) == 3; }) > 90;
}

template <class Request>
void agree(Protocol protocol, std::string_view message) {
  static const SpellingKey key(7);
  static WriteBatch batch;
  Request request;
  const bool theirs = request.ParseFromArray(message.data(), static_cast<int>(message.size()));
  const bool ours = decode(protocol, message, kLimits, key, batch).has_value() && every_label_is_readable(batch);
  if (may_nest_too_deep(message)) return;
  if (ours && !theirs && ignored_series_of_1(message, batch)) return;
  require(ours == theirs);
  if (ours) compare(request, batch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kBytesMax = 2048;  // below any limit that could refuse what libprotobuf accepts
  if (size == 0 || size > kBytesMax) return 0;
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] & 1)
    agree<v2::Request>(Protocol::remote_write_2, message);
  else
    agree<prometheus::WriteRequest>(Protocol::remote_write_1, message);
  return 0;
}
