#include "load/send/bodies.h"

#include <algorithm>

namespace sluice::load {
namespace {

MetricType type_of(const Mesh& mesh, std::uint32_t target, std::uint32_t series) {
  const auto& blocks = mesh.targets()[target].blocks;
  const auto after = [](std::uint32_t index, const Block& block) { return index < block.first; };
  return (std::upper_bound(blocks.begin(), blocks.end(), series, after) - 1)->family->type;
}

void add_series(const Mesh& mesh, const Segment& segment, std::uint64_t generation, std::uint32_t stride, BodyBuilder& builder) {
  std::uint32_t left = segment.count;
  mesh.describe(segment.target, generation, segment.first, stride, [&](std::uint32_t index, std::span<const LabelRef> labels) {
    if (left == 0) return;
    --left;
    builder.add(labels, type_of(mesh, segment.target, index));
  });
}

}  // namespace

std::uint64_t tenant_key(std::string_view tenant) {
  std::uint64_t key = 0;
  for (const char c : tenant) key = mix(key, static_cast<unsigned char>(c));
  return key;
}

Bodies::Bodies(const Mesh& mesh, const Timebase& timebase, const Layout& layout, const Fleet& fleet, Protocol protocol)
    : mesh_(mesh),
      timebase_(timebase),
      layout_(layout),
      fleet_(fleet),
      protocol_(protocol),
      entries_(layout.batches.size()),
      values_(fleet.samples_per_request) {}

std::uint64_t Bodies::generation(std::uint32_t target, std::uint64_t round) const {
  return mesh_.life(target, timebase_.base_ms(round)).generation;
}

const BodyTemplate& Bodies::current(std::size_t batch, std::uint64_t round) {
  Entry& entry = entries_[batch];
  if (entry.made && !mesh_.ever_replaces()) return entry.body;
  const auto& segments = layout_.batches[batch].segments;
  std::vector<std::uint64_t> generations;
  for (const Segment& segment : segments) generations.push_back(generation(segment.target, round));
  if (entry.made && generations == entry.generations) return entry.body;

  BodyBuilder builder(protocol_);
  for (std::size_t i = 0; i < segments.size(); ++i)
    add_series(mesh_, segments[i], generations[i], static_cast<std::uint32_t>(fleet_.shards), builder);
  entry = {builder.build(), std::move(generations), true};
  return entry.body;
}

std::size_t Bodies::write(std::size_t batch, std::uint64_t round, std::uint64_t key, std::string& body) {
  const BodyTemplate& made = current(batch, round);
  made.copy_to(body);
  std::size_t sample = 0;
  for (const Segment& segment : layout_.batches[batch].segments) {
    const std::int64_t at = timebase_.scrape_ms(mesh_.targets()[segment.target].page, round);
    const std::int64_t born = mesh_.life(segment.target, timebase_.base_ms(round)).born_ms;
    const std::span<double> values(values_.data(), segment.count);
    mesh_.values(segment.target, born, at, key, segment.first, static_cast<std::uint32_t>(fleet_.shards), values);
    char timestamp[6];
    write_timestamp(at, timestamp);
    for (const double value : values) made.fill(sample++, value, timestamp, body);
  }
  return made.message_bytes();
}

std::vector<std::uint32_t> Bodies::replaced_targets(std::size_t agent, std::uint64_t round) const {
  std::vector<std::uint32_t> replaced;
  if (round == 0 || !mesh_.ever_replaces()) return replaced;
  for (const std::uint32_t target : layout_.targets[agent])
    if (generation(target, round) != generation(target, round - 1)) replaced.push_back(target);
  return replaced;
}

std::vector<Bodies::Stale> Bodies::stale_bodies(std::uint32_t target, std::size_t shard_number, std::uint64_t round) const {
  const auto shards = static_cast<std::uint32_t>(fleet_.shards);
  const std::uint32_t series_count = mesh_.targets()[target].series_count;
  const std::uint64_t former = generation(target, round - 1);
  char timestamp[6];
  write_timestamp(timebase_.scrape_ms(mesh_.targets()[target].page, round), timestamp);

  std::vector<Stale> bodies;
  auto first = static_cast<std::uint32_t>((shard_number + shards - target % shards) % shards);
  while (first < series_count) {
    const std::uint32_t left = (series_count - first + shards - 1) / shards;
    const std::uint32_t count = std::min(left, static_cast<std::uint32_t>(fleet_.samples_per_request));
    BodyBuilder builder(protocol_);
    add_series(mesh_, {target, first, count}, former, shards, builder);
    const BodyTemplate made = builder.build();
    Stale stale;
    stale.samples = count;
    made.copy_to(stale.body);
    for (std::size_t i = 0; i < count; ++i) made.fill(i, stale_nan(), timestamp, stale.body);
    bodies.push_back(std::move(stale));
    first += count * shards;
  }
  return bodies;
}

}  // namespace sluice::load
