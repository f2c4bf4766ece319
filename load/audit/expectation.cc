#include "load/audit/expectation.h"

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "load/send/bodies.h"

namespace sluice::load {
namespace {

constexpr std::uint64_t kSamplesPerWindowMax = 200'000;  // some 8 MB of JSON
constexpr std::uint64_t kRoundsPerWindowMax = 10'000;

std::string text_of(const Labels& labels) {
  std::vector<LabelRef> refs;
  for (const Label& label : labels.all()) refs.push_back({label.name, label.value});
  return label_text(std::span<const LabelRef>(refs));
}

std::vector<std::uint32_t> batch_by_place(const Layout& layout, const Mesh& mesh, std::uint32_t target) {
  std::vector<std::uint32_t> batch(mesh.targets()[target].place_count);
  for (std::uint32_t b = 0; b < layout.batches.size(); ++b)
    for (const auto& [of, places] : layout.batches[b].segments)
      for (std::uint32_t i = 0; of == target && i < places.count; ++i) batch[places.first + i * places.stride] = b;
  return batch;
}

std::string readable(const std::string& label_text) {
  std::string text = label_text.substr(0, 600);
  bool name = true;
  for (char& c : text)
    if (c == '\xff') {
      c = name ? '=' : ',';
      name = !name;
    }
  return text;
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

void Findings::example(std::string text) {
  if (examples.size() < kExamplesMax) examples.push_back(std::move(text));
}

std::vector<Window> windows_of(const AuditSubject& subject, std::size_t tenant) {
  std::vector<Window> windows;
  const std::uint64_t rounds = subject.ledger.rounds(tenant);
  for (std::uint32_t target = 0; target < subject.mesh.targets().size(); ++target) {
    const Target& t = subject.mesh.targets()[target];
    const std::uint64_t rounds_max =
        std::clamp<std::uint64_t>(kSamplesPerWindowMax / t.place_count, 1, kRoundsPerWindowMax);
    for (std::uint64_t round = 0; round < rounds;) {
      const Edition edition = subject.mesh.edition(target, subject.timebase.base_ms(round));
      std::uint64_t end = round + 1;
      while (end < rounds && end - round < rounds_max &&
             subject.mesh.edition(target, subject.timebase.base_ms(end)) == edition)
        ++end;
      windows.push_back({tenant, target, round, end - round, subject.timebase.scrape_ms(t.page, round) - 1,
                         subject.timebase.scrape_ms(t.page, end - 1)});
      round = end;
    }
  }
  return windows;
}

std::string selector_of(const AuditSubject& subject, std::uint32_t target, std::uint64_t round) {
  const Life life = subject.mesh.life(target, subject.timebase.base_ms(round));
  const Labels labels(subject.mesh.target_labels(target, life));
  std::string selector;
  for (const char* name : {"job", "instance", "pod"})
    selector += (selector.empty() ? "{" : ",") + std::string(name) + "=\"" + std::string(labels.get(name)) + "\"";
  return selector + "}";
}

std::vector<std::string> undead_of(const AuditSubject& subject, std::uint32_t target, std::uint64_t round,
                                   const std::vector<FoundSeries>& found) {
  std::unordered_set<std::string> vanished;
  const auto [before, after] = std::pair(subject.timebase.base_ms(round - 1), subject.timebase.base_ms(round));
  subject.mesh.describe_vanished(
      target, before, after, subject.mesh.places(target),
      [&](std::uint32_t, std::span<const LabelRef> labels) { vanished.insert(label_text(labels)); });
  std::vector<std::string> undead;
  for (const FoundSeries& series : found)
    if (vanished.contains(text_of(series.labels))) undead.push_back(series.labels.text());
  return undead;
}

Expectation::Expectation(const AuditSubject& subject, const Window& window) : subject_(subject), window_(window) {
  const Mesh& mesh = subject.mesh;
  const Target& target = mesh.targets()[window.target];
  const Places all = mesh.places(window.target);
  const std::vector<std::uint32_t> batches = batch_by_place(subject.layout, mesh, window.target);
  const std::int64_t described_at = subject.timebase.base_ms(window.first_round);
  mesh.describe(window.target, described_at, all, [&](std::uint32_t place, std::span<const LabelRef> labels) {
    series_.emplace(label_text(labels), static_cast<std::uint32_t>(texts_.size()));
    texts_.push_back(label_text(labels));
    batch_.push_back(batches[place]);
  });
  const std::uint64_t key = tenant_key(subject.tenants[window.tenant]);
  for (std::uint64_t i = 0; i < window.round_count; ++i) {
    const std::uint64_t round = window.first_round + i;
    times_ms_.push_back(subject.timebase.scrape_ms(target.page, round));
    values_.emplace_back(texts_.size());
    mesh.values(window.target, subject.timebase.base_ms(round), times_ms_.back(), key, all, values_.back());
  }
  seen_.resize(texts_.size() * window.round_count);
}

Mark Expectation::mark(std::uint32_t series, std::uint64_t round) const {
  return subject_.ledger.get(window_.tenant, window_.first_round + round, batch_[series]);
}

std::string Expectation::place(std::uint32_t series, std::uint64_t round) const {
  return "tenant '" + subject_.tenants[window_.tenant] + "' at " + std::to_string(times_ms_[round]) +
         " ms: " + readable(texts_[series]);
}

void Expectation::compare(const std::vector<FoundSeries>& found, Findings& findings) {
  for (const FoundSeries& series : found) {
    const auto known = series_.find(text_of(series.labels));
    if (known != series_.end()) {
      compare_series(known->second, series, findings);
    } else if (!series.samples.empty()) {
      findings.invented += series.samples.size();
      findings.example("a series that was never sent: " + series.labels.text());
    }
  }
  count_lost(findings);
}

void Expectation::compare_series(std::uint32_t index, const FoundSeries& found, Findings& findings) {
  for (const Sample& sample : found.samples) {
    if (sample.timestamp_ms <= window_.after_ms)
      continue;  // an engine with closed ranges gives it here and in the window before
    const auto time = std::lower_bound(times_ms_.begin(), times_ms_.end(), sample.timestamp_ms);
    if (time == times_ms_.end() || *time != sample.timestamp_ms) {
      ++findings.invented;
      findings.example("no scrape at " + std::to_string(sample.timestamp_ms) + " ms: " + readable(texts_[index]));
      continue;
    }
    const auto round = static_cast<std::uint64_t>(time - times_ms_.begin());
    if (mark(index, round) == Mark::unsent) {
      ++findings.invented;
      findings.example("never sent to " + place(index, round));
    } else if (!same_bits(sample.value, values_[round][index])) {
      ++findings.wrong;
      findings.example("found " + std::to_string(sample.value) + " and not " + std::to_string(values_[round][index]) +
                       " for " + place(index, round));
    } else {
      ++findings.found;
    }
    seen_[round * batch_.size() + index] = true;
  }
}

void Expectation::count_lost(Findings& findings) const {
  for (std::uint64_t round = 0; round < window_.round_count; ++round)
    for (std::uint32_t index = 0; index < batch_.size(); ++index) {
      if (mark(index, round) != Mark::acknowledged) continue;
      ++findings.acknowledged;
      if (seen_[round * batch_.size() + index]) continue;
      ++findings.lost;
      findings.example("lost for " + place(index, round));
    }
}

}  // namespace sluice::load
