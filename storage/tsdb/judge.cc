#include "storage/tsdb/judge.h"

#include <algorithm>
#include <limits>

namespace sluice::storage {

namespace {

constexpr std::size_t kPrefetchAhead = 8;
constexpr std::size_t kMetricTextBytesMax = 200;  // of a metric's name in a refusal

std::size_t utf8_length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::size_t exemplar_characters(const Exemplar& exemplar) {
  std::size_t characters = 0;
  for (const Label& label : exemplar.labels) characters += utf8_length(label.name) + utf8_length(label.value);
  return characters;
}

std::int64_t saturating_subtract(std::int64_t a, std::int64_t b) {
  std::int64_t out;
  return __builtin_sub_overflow(a, b, &out) ? std::numeric_limits<std::int64_t>::min() : out;
}

std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  std::int64_t out;
  return __builtin_add_overflow(a, b, &out) ? std::numeric_limits<std::int64_t>::max() : out;
}

std::int64_t oldest_ms(const wire::WriteBatch& batch) {
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
  for (const Sample& sample : batch.samples) oldest = std::min(oldest, sample.timestamp_ms);
  for (const wire::IncomingHistogram& incoming : batch.histograms) oldest = std::min(oldest, incoming.timestamp_ms);
  return oldest;
}

Refusal refusal_of(wire::RefusalKind kind) {
  switch (kind) {
    case wire::RefusalKind::malformed_series: return Refusal::malformed_series;
    case wire::RefusalKind::too_many_labels: return Refusal::label_limit;
    case wire::RefusalKind::no_samples: return Refusal::no_samples;
    case wire::RefusalKind::invalid_histogram: return Refusal::invalid_histogram;
    case wire::RefusalKind::invalid_exemplar: return Refusal::malformed_exemplar;
  }
  __builtin_unreachable();
}

}  // namespace

WriteReport Judge::judge(Tenant& tenant, const wire::WriteBatch& batch, const StorageLimits& limits,
                         std::int64_t now_ms, AcceptedPart& accepted) {
  WriteReport report;
  Refusals refusals(report);
  accepted.clear();
  resolver_.resolve(tenant, batch, limits, refusals, report);
  Work work{tenant,
            batch,
            limits,
            saturating_add(now_ms, limits.future_ms_max),
            saturating_subtract(now_ms, limits.retention_ms),
            accepted,
            report,
            refusals,
            0};
  look_up_stored(work);
  judge_floats(work);
  judge_histograms(work);
  judge_exemplars(work);
  judge_metadata(work);
  refuse_undecodable(work);
  return report;
}

bool Judge::in_window(const Work& work, std::int64_t timestamp_ms) {
  return timestamp_ms <= work.latest_ms && timestamp_ms >= work.earliest_ms;
}

template <class MakeText>
void Judge::refuse(Work& work, Refusal refusal, SeriesRef ref, const MakeText& make_text) {
  work.refusals.count(refusal);
  work.refusals.example(refusal, ref.value(),
                        [&] { return for_series(make_text(), work.tenant.labels_of(ref).text()); });
}

void Judge::refuse_outside_window(Work& work, SeriesRef ref, std::int64_t timestamp_ms) {
  const Refusal refusal = timestamp_ms > work.latest_ms ? Refusal::too_far_in_future : Refusal::out_of_retention;
  refuse(work, refusal, ref, [&] { return refusal_text(refusal); });
}

// Rare: while senders replay what they sent before a start, or send late what memory has given back. Blocks that cannot
// be read do not stop a push: what is stored twice is read as one sample, the older one.
void Judge::look_up_stored(Work& work) {
  stored_.clear();
  if (oldest_ms(work.batch) >= work.tenant.head.complete_from_ms()) return;
  const auto& series = work.batch.series;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto samples = std::span(work.batch.samples).subspan(series[i].first_sample, series[i].sample_count);
    for (const Sample& sample : samples) want_stored(work, resolver_.refs()[i], sample.timestamp_ms);
  }
  for (const wire::IncomingHistogram& incoming : work.batch.histograms) {
    want_stored(work, resolver_.refs()[incoming.series], incoming.timestamp_ms);
  }
  if (!stored_.look_up(work.tenant, blocks_)) ++lookup_failures_;
}

void Judge::want_stored(const Work& work, SeriesRef ref, std::int64_t timestamp_ms) {
  if (is_refused(ref) || !in_window(work, timestamp_ms)) return;
  if (work.tenant.head.only_disk_knows(ref, timestamp_ms, work.limits)) stored_.want(ref, timestamp_ms);
}

template <class Value>
Verdict Judge::verdict_on(const Work& work, SeriesRef ref, std::int64_t timestamp_ms, const Value& value) const {
  if (const auto* stored = stored_.find(ref, timestamp_ms)) {
    return stored->is(value) ? Verdict::duplicate : Verdict::duplicate_timestamp;
  }
  return work.tenant.head.judge(ref, timestamp_ms, value, work.limits);
}

void Judge::judge_floats(Work& work) {
  const auto& series = work.batch.series;
  const auto& refs = resolver_.refs();
  work.accepted.floats.reserve(work.batch.samples.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (i + kPrefetchAhead < series.size() && !is_refused(refs[i + kPrefetchAhead])) {
      work.tenant.head.prefetch(refs[i + kPrefetchAhead]);
    }
    judge_series(work, series[i], refs[i]);
  }
}

void Judge::judge_series(Work& work, const wire::IncomingSeries& series, SeriesRef ref) {
  if (is_refused(ref)) return work.refusals.count(refusal_of(ref), series.sample_count);
  for (std::uint32_t k = 0; k < series.sample_count; ++k) {
    judge_float(work, ref, series.first_sample + k);
  }
}

void Judge::judge_float(Work& work, SeriesRef ref, std::uint32_t index) {
  const Sample& sample = work.batch.samples[index];
  if (!in_window(work, sample.timestamp_ms)) return refuse_outside_window(work, ref, sample.timestamp_ms);
  switch (verdict_on(work, ref, sample.timestamp_ms, sample.value)) {
    case Verdict::in_order:
    case Verdict::late:
      work.accepted.floats.push_back({ref, sample.timestamp_ms, sample.value});
      ++work.report.samples_written;
      if (work.next_start < work.batch.starts.size()) note_start(work, ref, index);
      return;
    case Verdict::duplicate:
      ++work.report.samples_written;
      ++work.report.duplicates;
      return;
    case Verdict::duplicate_timestamp:
      return refuse(work, Refusal::duplicate_timestamp, ref,
                    [&] { return duplicate_text(sample.timestamp_ms, sample.value); });
    case Verdict::too_old:
      return refuse(work, Refusal::out_of_order_too_old, ref,
                    [&] { return refusal_text(Refusal::out_of_order_too_old); });
  }
}

void Judge::judge_histograms(Work& work) {
  for (const wire::IncomingHistogram& incoming : work.batch.histograms) {
    const SeriesRef ref = resolver_.refs()[incoming.series];
    if (is_refused(ref)) {
      work.refusals.count(refusal_of(ref));
      continue;
    }
    if (!in_window(work, incoming.timestamp_ms)) {
      refuse_outside_window(work, ref, incoming.timestamp_ms);
      continue;
    }
    const auto histogram = std::make_shared<Histogram>(incoming.histogram);
    const Verdict verdict = verdict_on(work, ref, incoming.timestamp_ms, histogram);
    if (accepted(verdict)) {
      work.accepted.histograms.push_back({ref, incoming.timestamp_ms, histogram});
      if (incoming.start_ms != 0) work.accepted.starts.push_back({ref, incoming.timestamp_ms, incoming.start_ms});
    }
    if (accepted(verdict) || verdict == Verdict::duplicate) ++work.report.histograms_written;
    if (verdict == Verdict::duplicate) ++work.report.duplicates;
    if (verdict == Verdict::duplicate_timestamp) {
      refuse(work, Refusal::duplicate_timestamp, ref, [&] { return duplicate_histogram_text(incoming.timestamp_ms); });
    }
    if (verdict == Verdict::too_old) {
      refuse(work, Refusal::out_of_order_too_old, ref, [] { return refusal_text(Refusal::out_of_order_too_old); });
    }
  }
}

// Starts are ascending by sample, as samples are judged, so one pass over both suffices.
void Judge::note_start(Work& work, SeriesRef ref, std::uint32_t sample) {
  const auto& starts = work.batch.starts;
  while (work.next_start < starts.size() && starts[work.next_start].sample < sample) ++work.next_start;
  if (work.next_start == starts.size() || starts[work.next_start].sample != sample) return;
  work.accepted.starts.push_back({ref, work.batch.samples[sample].timestamp_ms, starts[work.next_start].start_ms});
}

void Judge::judge_exemplars(Work& work) {
  for (const wire::IncomingExemplar& incoming : work.batch.exemplars) {
    const SeriesRef ref = resolver_.refs()[incoming.series];
    if (is_refused(ref)) {
      work.refusals.count(refusal_of(ref));
      continue;
    }
    if (exemplar_characters(incoming.exemplar) > work.limits.exemplar_label_characters_max) {
      refuse(work, Refusal::invalid_exemplar, ref, [&] {
        return "label length for exemplar exceeds maximum of " +
               std::to_string(work.limits.exemplar_label_characters_max) + " UTF-8 characters";
      });
      continue;
    }
    ExemplarOfSeries exemplar{ref, incoming.exemplar};
    std::sort(exemplar.exemplar.labels.begin(), exemplar.exemplar.labels.end());  // however they were sent
    const ExemplarVerdict verdict = work.tenant.exemplars.judge(ref, exemplar.exemplar);
    if (verdict == ExemplarVerdict::out_of_order) {
      refuse(work, Refusal::out_of_order_exemplar, ref, [] { return refusal_text(Refusal::out_of_order_exemplar); });
      continue;
    }
    ++work.report.exemplars_written;
    if (verdict == ExemplarVerdict::accepted) work.accepted.exemplars.push_back(std::move(exemplar));
  }
}

void Judge::judge_metadata(Work& work) {
  for (const MetricMetadata& metadata : work.batch.metadata) {
    switch (work.tenant.metadata.judge(metadata, work.limits.metadata_metrics_max)) {
      case MetadataVerdict::news: work.accepted.metadata.push_back(metadata); break;
      case MetadataVerdict::known: break;
      case MetadataVerdict::too_many: refuse_metadata(work, metadata); break;
    }
  }
}

// One example says it: the others differ by name only.
void Judge::refuse_metadata(Work& work, const MetricMetadata& metadata) {
  work.refusals.count(Refusal::metadata_limit);
  work.refusals.example(Refusal::metadata_limit, 0, [&] {
    return "metadata limit reached: metadata_metrics_max is " + std::to_string(work.limits.metadata_metrics_max) +
           ": raise limits.metadata_metrics_max of this tenant or send metadata of fewer metrics; metric " +
           go_quoted(std::string_view(metadata.metric).substr(0, kMetricTextBytesMax));
  });
}

// What the decoder left out. It counts all and lists some.
void Judge::refuse_undecodable(Work& work) {
  for (std::size_t kind = 0; kind < wire::kRefusalKinds; ++kind) {
    work.refusals.count(refusal_of(static_cast<wire::RefusalKind>(kind)), work.batch.refused_items[kind]);
  }
  std::uint64_t key = 0;
  for (const wire::RefusedSeries& refused : work.batch.refused) {
    work.refusals.example(refusal_of(refused.kind), ~key++, [&] { return refused.reason; });
  }
}

}  // namespace sluice::storage
