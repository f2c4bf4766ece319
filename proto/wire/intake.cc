#include "proto/wire/intake.h"

#include <algorithm>
#include <utility>

namespace sluice::wire {

void LabelRun::add(std::string_view piece) {
  if (joined_) {
    batch_.label_scratch.append(piece);
  } else if (run_.empty()) {
    run_ = piece;
  } else if (run_.data() + run_.size() == piece.data()) {
    run_ = std::string_view(run_.data(), run_.size() + piece.size());
  } else {
    joined_ = true;
    joined_at_ = batch_.label_scratch.size();
    batch_.label_scratch.append(run_).append(piece);
  }
}

std::string_view LabelRun::bytes() const {
  return joined_ ? std::string_view(batch_.label_scratch).substr(joined_at_) : run_;
}

void LabelRun::locate(IncomingSeries& series) const {
  const std::string_view found = bytes();
  series.labels_bytes = static_cast<std::uint32_t>(found.size());
  if (joined_)
    series.labels_offset = static_cast<std::uint32_t>(joined_at_) | kJoinedLabels;
  else
    series.labels_offset = found.empty() ? 0 : static_cast<std::uint32_t>(found.data() - batch_.message.data());
}

Intake::Intake(WriteBatch& batch, const DecodeLimits& limits) : batch_(batch), limits_(limits) {}

Trouble Intake::begin() {
  if (batch_.series.size() + batch_.refused_count >= limits_.series_max) return &kTooManySeries;
  first_sample_ = batch_.samples.size();
  first_start_ = batch_.starts.size();
  first_histogram_ = batch_.histograms.size();
  first_exemplar_ = batch_.exemplars.size();
  waiting_.clear();
  refused_histograms_ = refused_exemplars_ = 0;
  return nullptr;
}

Trouble Intake::add_sample(std::string_view bytes) {
  if (batch_.samples.size() == limits_.samples_max) return &kTooManySamples;
  ParsedSample parsed;
  if (const Trouble trouble = parse_sample(bytes, parsed)) return trouble;
  if (parsed.start_ms != 0 && batch_.protocol == Protocol::remote_write_2)
    batch_.starts.push_back({static_cast<std::uint32_t>(batch_.samples.size()), parsed.start_ms});
  batch_.samples.push_back(parsed.sample);
  return nullptr;
}

Trouble Intake::add_histogram(std::string_view bytes) {
  if (batch_.histograms.size() + batch_.refused_count + waiting_.size() >= limits_.histograms_max)
    return &kTooManyHistograms;
  IncomingHistogram& incoming = batch_.histograms.emplace_back();
  incoming.series = series_index();
  std::optional<std::string> complaint;
  if (const Trouble trouble = parse_histogram(bytes, limits_, incoming, complaint)) return trouble;
  if (batch_.protocol == Protocol::remote_write_1) incoming.start_ms = 0;  // field 17 exists only in 2.0
  if (!complaint) return nullptr;
  batch_.histograms.pop_back();
  ++refused_histograms_;
  waiting_.push_back({RefusalKind::invalid_histogram, std::move(*complaint), ""});
  return nullptr;
}

Trouble Intake::add_exemplar(std::string_view bytes) {
  if (batch_.exemplars.size() + batch_.refused_count + waiting_.size() >= limits_.exemplars_max)
    return &kTooManyExemplars;
  IncomingExemplar& incoming = batch_.exemplars.emplace_back();
  incoming.series = series_index();
  std::optional<std::string> complaint;
  const Trouble trouble = batch_.protocol == Protocol::remote_write_1
                              ? parse_exemplar_v1(bytes, limits_, incoming.exemplar, complaint)
                              : parse_exemplar_v2(bytes, limits_, batch_.symbols, incoming.exemplar, complaint);
  if (trouble != nullptr || !complaint) return trouble;
  batch_.exemplars.pop_back();
  ++refused_exemplars_;
  waiting_.push_back({RefusalKind::invalid_exemplar, "parsing exemplar", ": " + *complaint});
  return nullptr;
}

bool Intake::has_data() const {
  return batch_.samples.size() > first_sample_ || batch_.histograms.size() > first_histogram_ ||
         batch_.exemplars.size() > first_exemplar_ || refused_histograms_ + refused_exemplars_ > 0;
}

bool Intake::keeps_anything() const {
  return batch_.samples.size() > first_sample_ || batch_.histograms.size() > first_histogram_ ||
         batch_.exemplars.size() > first_exemplar_;
}

void Intake::finish(IncomingSeries series) {
  series.first_sample = static_cast<std::uint32_t>(first_sample_);
  series.sample_count = static_cast<std::uint32_t>(batch_.samples.size() - first_sample_);
  if (!waiting_.empty()) write_refusals(series);
  if (keeps_anything()) batch_.series.push_back(series);
}

bool Intake::count_refusal(const RefusedSeries& refused) {
  const std::uint64_t items = std::uint64_t{refused.samples} + refused.histograms + refused.exemplars;
  batch_.refused_items[static_cast<std::size_t>(refused.kind)] += std::max<std::uint64_t>(items, 1);
  return ++batch_.refused_count <= limits_.refusals_max;
}

void Intake::write_refusals(const IncomingSeries& series) {
  std::string where;  // made once, and only for texts that are kept
  for (Waiting& waiting : waiting_) {
    RefusedSeries refused;
    refused.kind = waiting.kind;
    (waiting.kind == RefusalKind::invalid_exemplar ? refused.exemplars : refused.histograms) = 1;
    if (!count_refusal(refused)) continue;
    if (where.empty()) where = " for series " + series_text(batch_, series);
    refused.reason = waiting.before + where + waiting.after;
    batch_.refused.push_back(std::move(refused));
  }
}

RefusedSeries Intake::all_of_it(RefusalKind kind) const {
  RefusedSeries refused;
  refused.kind = kind;
  refused.samples = static_cast<std::uint32_t>(batch_.samples.size() - first_sample_);
  refused.histograms = static_cast<std::uint32_t>(batch_.histograms.size() - first_histogram_) + refused_histograms_;
  refused.exemplars = static_cast<std::uint32_t>(batch_.exemplars.size() - first_exemplar_) + refused_exemplars_;
  return refused;
}

void Intake::forget_series() {
  batch_.samples.resize(first_sample_);
  batch_.starts.resize(first_start_);
  batch_.histograms.resize(first_histogram_);
  batch_.exemplars.resize(first_exemplar_);
}

std::string series_text(const WriteBatch& batch, const IncomingSeries& series) {
  std::vector<LabelRef> refs;
  if (!decode_labels(batch, series, refs)) return "{}";
  std::vector<Label> labels;
  for (const LabelRef& ref : refs)
    labels.push_back({std::string(ref.name), std::string(ref.value.substr(0, kSeriesTextMax))});
  std::string text = Labels::sorted(std::move(labels)).text();
  if (text.size() <= kSeriesTextMax) return text;
  return text.substr(0, kSeriesTextMax) + "...";
}

}  // namespace sluice::wire
