#include "load/send/bodies.h"

#include <algorithm>

namespace sluice::load {
namespace {

MetricType type_of(const Mesh& mesh, std::uint32_t target, std::uint32_t series) {
  const auto& blocks = mesh.targets()[target].blocks;
  const auto after = [](std::uint32_t index, const Block& block) { return index < block.first; };
  return (std::upper_bound(blocks.begin(), blocks.end(), series, after) - 1)->family->type;
}

void add_series(const Mesh& mesh, const Segment& segment, std::int64_t at_ms, BodyBuilder& builder) {
  mesh.describe(segment.target, at_ms, segment.places, [&](std::uint32_t place, std::span<const LabelRef> labels) {
    builder.add(labels, type_of(mesh, segment.target, place));
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

Edition Bodies::edition(std::uint32_t target, std::uint64_t round) const {
  return mesh_.edition(target, timebase_.base_ms(round));
}

const BodyTemplate& Bodies::current(std::size_t batch, std::uint64_t round) {
  Entry& entry = entries_[batch];
  if (entry.made && !mesh_.ever_changes()) return entry.body;
  const auto& segments = layout_.batches[batch].segments;
  std::vector<Edition> editions;
  for (const Segment& segment : segments) editions.push_back(edition(segment.target, round));
  if (entry.made && editions == entry.editions) return entry.body;

  BodyBuilder builder(protocol_);
  for (const Segment& segment : segments) add_series(mesh_, segment, timebase_.base_ms(round), builder);
  entry = {builder.build(), std::move(editions), true};
  return entry.body;
}

Bodies::Written Bodies::write(std::size_t batch, std::uint64_t round, std::uint64_t key, std::string& body) {
  const BodyTemplate& made = current(batch, round);
  made.copy_to(body);
  Written written{0, made.message_bytes()};
  for (const Segment& segment : layout_.batches[batch].segments) {
    const std::int64_t at = timebase_.scrape_ms(mesh_.targets()[segment.target].page, round);
    const std::size_t count =
        mesh_.values(segment.target, timebase_.base_ms(round), at, key, segment.places, std::span<double>(values_));
    char timestamp[6];
    write_timestamp(at, timestamp);
    for (std::size_t i = 0; i < count; ++i) made.fill(written.samples++, values_[i], timestamp, body);
  }
  return written;
}

std::vector<std::uint32_t> Bodies::shrunk_targets(std::size_t agent, std::uint64_t round) const {
  std::vector<std::uint32_t> shrunk;
  if (round == 0 || !mesh_.ever_changes()) return shrunk;
  for (const std::uint32_t target : layout_.targets[agent])
    if (edition(target, round).lacks_series_of(edition(target, round - 1))) shrunk.push_back(target);
  return shrunk;
}

bool Bodies::replaces_pod(std::uint32_t target, std::uint64_t round) const {
  return mesh_.targets()[target].kind == TargetKind::containers &&  // every pod has them, not every pod a proxy
         edition(target, round).generation != edition(target, round - 1).generation;
}

std::vector<Bodies::Stale> Bodies::stale_bodies(std::uint32_t target, std::size_t shard_number,
                                                std::uint64_t round) const {
  char timestamp[6];
  write_timestamp(timebase_.scrape_ms(mesh_.targets()[target].page, round), timestamp);
  std::vector<Stale> bodies;
  Places left = places_of_shard(mesh_, target, shard_number, fleet_.shards);
  while (left.count > 0) {
    const Places places = left.take(static_cast<std::uint32_t>(fleet_.samples_per_request));
    BodyBuilder builder(protocol_);
    mesh_.describe_vanished(target, timebase_.base_ms(round - 1), timebase_.base_ms(round), places,
                            [&](std::uint32_t place, std::span<const LabelRef> labels) {
                              builder.add(labels, type_of(mesh_, target, place));
                            });
    const BodyTemplate made = builder.build();
    if (made.sample_count() == 0) continue;
    Stale stale;
    stale.samples = made.sample_count();
    made.copy_to(stale.body);
    for (std::size_t i = 0; i < stale.samples; ++i) made.fill(i, stale_nan(), timestamp, stale.body);
    bodies.push_back(std::move(stale));
  }
  return bodies;
}

}  // namespace sluice::load
