#include "load/plan/layout.h"

#include <algorithm>

namespace sluice::load {
namespace {

constexpr std::int64_t kFlushDeadlineMs = 5000;

class ShardPacker {
 public:
  ShardPacker(const Mesh& mesh, const Timebase& timebase, const Fleet& fleet, Layout& layout)
      : mesh_(mesh), timebase_(timebase), fleet_(fleet), layout_(layout) {}

  void pack(std::size_t agent, std::size_t number) {
    Shard shard{agent, number, layout_.batches.size(), 0, 0};
    open_ = false;
    for (const std::uint32_t target : layout_.targets[agent]) add_target(target, number, shard);
    shard.batch_count = layout_.batches.size() - shard.first_batch;
    layout_.shards.push_back(shard);
  }

 private:
  void add_target(std::uint32_t target, std::size_t number, Shard& shard) {
    Places left = places_of_shard(mesh_, target, number, fleet_.shards);
    const std::int64_t at = timebase_.offset_ms(mesh_.targets()[target].page);
    if (fleet_.flush_after_deadline && open_ && at - opened_at_ms_ > kFlushDeadlineMs) open_ = false;
    while (left.count > 0) {
      Batch& batch = open_batch(shard, at);
      const auto room = static_cast<std::uint32_t>(fleet_.samples_per_request) - batch.place_count;
      const Places taken = left.take(room);
      batch.segments.push_back({target, taken});
      batch.place_count += taken.count;
      shard.place_count += taken.count;
      if (batch.place_count == fleet_.samples_per_request) open_ = false;
    }
  }

  Batch& open_batch(const Shard& shard, std::int64_t at_ms) {
    if (!open_) {
      layout_.batches.push_back({{}, 0, static_cast<std::uint32_t>(shard.place_count)});
      opened_at_ms_ = at_ms;
      open_ = true;
    }
    return layout_.batches.back();
  }

  const Mesh& mesh_;
  const Timebase& timebase_;
  const Fleet& fleet_;
  Layout& layout_;
  bool open_ = false;
  std::int64_t opened_at_ms_ = 0;
};

}  // namespace

// Dealt like cards, beginning with another shard for each target, so that every shard has work in every batch of
// scrapes.
Places places_of_shard(const Mesh& mesh, std::uint32_t target, std::size_t shard_number, std::size_t shards) {
  const auto first = static_cast<std::uint32_t>((shard_number + shards - target % shards) % shards);
  const auto stride = static_cast<std::uint32_t>(shards);
  const std::uint32_t places = mesh.targets()[target].place_count;
  return {first, first < places ? (places - first + stride - 1) / stride : 0, stride};
}

Layout make_layout(const Mesh& mesh, const Timebase& timebase, const Fleet& fleet) {
  Layout layout;
  layout.targets.resize(fleet.agents);
  const auto& targets = mesh.targets();
  // By page, so that one agent scrapes the whole of a page.
  for (std::uint32_t t = 0; t < targets.size(); ++t) layout.targets[targets[t].page % fleet.agents].push_back(t);
  const auto scraped_before = [&](std::uint32_t a, std::uint32_t b) {
    return timebase.offset_ms(targets[a].page) < timebase.offset_ms(targets[b].page);
  };
  ShardPacker packer(mesh, timebase, fleet, layout);
  for (std::size_t agent = 0; agent < fleet.agents; ++agent) {
    std::stable_sort(layout.targets[agent].begin(), layout.targets[agent].end(), scraped_before);
    for (std::size_t shard = 0; shard < fleet.shards; ++shard) packer.pack(agent, shard);
  }
  return layout;
}

}  // namespace sluice::load
