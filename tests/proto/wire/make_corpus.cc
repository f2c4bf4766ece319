// Writes the seeds of tests/corpus/remote_write_*: one message per feature and version, with the fuzzers' first byte.
//   make_corpus FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>

#include "proto/wire/bytes.h"
#include "proto/wire/encode.h"
#include "tests/proto/wire/example_series.h"

namespace sluice::wire {
namespace {

using testing::kUpLabels;

Histogram exponential(bool integer) {
  Histogram histogram = testing::small_histogram();
  histogram.integer = integer;
  return histogram;
}

Histogram custom() {
  Histogram histogram;
  histogram.schema = kCustomBucketsSchema;
  histogram.count = 10;
  histogram.custom_values = {-1, 0.5, 1e9};
  histogram.positive_spans = {{1, 3}};
  histogram.positive_buckets = {1, 4, 5};
  return histogram;
}

struct Feature {
  std::string name;
  OutgoingData data;
};

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }
  void add(const std::string& name, char first, const std::string& message) {
    std::ofstream(folder_ / name, std::ios::binary) << first << message;
    ++count_;
  }
  void add_both(const Feature& feature) {
    std::string message;
    append_series_v1(message, encode_labels_v1(kUpLabels), feature.data);
    add(feature.name + "_v1", 0, message);
    SymbolDictionary dictionary;
    RequestBuilderV2 builder(dictionary);
    const OutgoingMetadata metadata{MetricType::counter, dictionary.id("help"), dictionary.id("unit")};
    builder.add(symbol_ids(dictionary, kUpLabels), feature.data, &metadata);
    builder.finish(message);
    add(feature.name + "_v2", 1, message);
  }
  std::size_t count() const { return count_; }

 private:
  std::filesystem::path folder_;
  std::size_t count_ = 0;
};

std::string field(std::uint32_t number, std::string_view body) {
  std::string out;
  put_bytes_field(out, number, body);
  return out;
}

void add_oddities(Corpus& corpus) {
  const std::string sample = field(2, std::string("\x10\x05", 2));
  const std::string label = encode_labels_v1(std::span(kUpLabels).first(1));
  corpus.add("scattered_labels", 0, field(1, label + sample + label + sample));
  corpus.add("unknown_group", 0, std::string("\x53\x58\x01\x5b\x5c\x54", 6) + field(1, label + sample));
  corpus.add("broken_label", 0, field(1, std::string("\x0a\x02\x0a\x7f", 4) + sample));
  const std::string symbols = field(4, "") + field(4, "__name__") + field(4, "up");
  const std::string refs = field(1, std::string("\x01\x02", 2));
  corpus.add("late_symbols", 1, field(5, refs + sample) + symbols);
  corpus.add("loose_refs", 1, symbols + field(5, std::string("\x08\x01\x08\x02", 4) + sample));
  corpus.add("odd_refs", 1, symbols + field(5, field(1, std::string("\x01", 1)) + sample));
  corpus.add("refs_outside", 1, symbols + field(5, field(1, std::string("\x01\x09", 2)) + sample));
  corpus.add("no_samples", 1, symbols + field(5, refs));
  corpus.add("created_timestamp", 1, symbols + field(5, refs + sample + std::string("\x30\x07", 2)));
}

}  // namespace

std::size_t write_corpus(const std::filesystem::path& folder) {
  const Histogram integer = exponential(true), floating = exponential(false), bounds = custom();
  const OutgoingSample one[] = {{{1'700'000'000'123, 1.5}, 0}};
  const OutgoingSample several[] = {{{1, 0}, 0}, {{2, -0.0}, 1}, {{-3, stale_nan()}, 0}};
  const OutgoingHistogram histograms[] = {{5, 4, &integer}, {6, 0, &floating}, {7, 0, &bounds}};
  const Exemplar exemplars[] = {{{{"trace_id", "abc"}}, 77, 0.25}, {{}, 78, 1}};
  Corpus corpus(folder);
  corpus.add_both({"one_sample", {.samples = one}});
  corpus.add_both({"several_samples", {.samples = several}});
  corpus.add_both({"histograms", {.histograms = histograms}});
  corpus.add_both({"exemplars", {.samples = one, .exemplars = exemplars}});
  std::string metadata;
  append_metadata_v1(metadata, {"up", MetricType::gauge, "help", "unit"});
  corpus.add("metadata_v1", 0, metadata);
  add_oddities(corpus);
  std::string body;
  compress(metadata, body);
  corpus.add("snappy", 2, body);
  return corpus.count();
}

}  // namespace sluice::wire

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: make_corpus FOLDER\n", 2;
  std::cout << "wrote " << sluice::wire::write_corpus(argv[1]) << " seeds\n";
}
