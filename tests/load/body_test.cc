// Goal: the bodies are what libprotobuf and libsnappy read back as the series and samples that were meant.

#include "load/body/body_template.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include "load/mesh/mesh.h"
#include "load/send/bodies.h"
#include "proto/wire/remote_write_v1.pb.h"
#include "proto/wire/remote_write_v2.pb.h"

namespace sluice::load {
namespace {

constexpr std::int64_t kStart = 1'795'000'000'000;

struct World {
  explicit World(Protocol protocol, double churn = 0)
      : mesh(spec(churn)),
        timebase(Timebase::grid(kStart, 15'000, 1)),
        layout(make_layout(mesh, timebase, fleet)),
        bodies(mesh, timebase, layout, fleet, protocol) {}
  static MeshSpec spec(double churn) {
    MeshSpec spec;
    spec.size.services = 3;
    spec.rates.replaced_per_minute = churn;
    return spec;
  }
  Fleet fleet{.agents = 1, .shards = 2, .samples_per_request = 700, .flush_after_deadline = false};
  Mesh mesh;
  Timebase timebase;
  Layout layout;
  Bodies bodies;
};

std::string uncompressed(const std::string& body) {
  std::string message;
  EXPECT_TRUE(snappy::Uncompress(body.data(), body.size(), &message));
  return message;
}

struct Sent {
  Labels labels;
  std::int64_t at = 0;
  double value = 0;
};

// What should be in the batch, computed without any of the code under test.
std::vector<Sent> expected(const World& world, std::size_t batch, std::uint64_t round, std::uint64_t key) {
  std::vector<Sent> all;
  const std::int64_t base = world.timebase.base_ms(round);
  for (const Segment& segment : world.layout.batches[batch].segments) {
    const std::int64_t at = world.timebase.scrape_ms(world.mesh.targets()[segment.target].page, round);
    std::vector<double> values(segment.places.count);
    world.mesh.values(segment.target, base, at, key, segment.places, values);
    std::size_t i = 0;
    world.mesh.describe(segment.target, base, segment.places, [&](std::uint32_t, std::span<const LabelRef> labels) {
      std::vector<Label> owned;
      for (const LabelRef& label : labels) owned.push_back({std::string(label.name), std::string(label.value)});
      all.push_back({Labels(std::move(owned)), at, values[i++]});
    });
  }
  return all;
}

void expect_equal(const std::vector<Sent>& got, const std::vector<Sent>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].labels, wanted[i].labels);
    ASSERT_EQ(got[i].at, wanted[i].at);
    ASSERT_EQ(got[i].value, wanted[i].value);
  }
}

TEST(BodiesV1, AreWhatLibprotobufReads) {
  World world(Protocol::remote_write_1);
  std::string body;
  for (const std::uint64_t round : {0U, 3U})
    for (std::size_t batch = 0; batch < world.layout.batches.size(); ++batch) {
      const std::size_t message_bytes = world.bodies.write(batch, round, 99, body).message_bytes;
      prometheus::WriteRequest request;
      const std::string message = uncompressed(body);
      EXPECT_EQ(message.size(), message_bytes);
      ASSERT_TRUE(request.ParseFromString(message));
      std::vector<Sent> got;
      for (const auto& series : request.timeseries()) {
        ASSERT_EQ(series.samples_size(), 1);
        std::vector<Label> labels;
        for (const auto& label : series.labels()) labels.push_back({label.name(), label.value()});
        got.push_back({Labels(std::move(labels)), series.samples(0).timestamp(), series.samples(0).value()});
      }
      expect_equal(got, expected(world, batch, round, 99));
    }
}

TEST(BodiesV2, AreWhatLibprotobufReads) {
  World world(Protocol::remote_write_2);
  std::string body;
  for (std::size_t batch = 0; batch < world.layout.batches.size(); ++batch) {
    world.bodies.write(batch, 1, 5, body);
    io::prometheus::write::v2::Request request;
    ASSERT_TRUE(request.ParseFromString(uncompressed(body)));
    ASSERT_EQ(request.symbols(0), "");
    std::vector<Sent> got;
    for (const auto& series : request.timeseries()) {
      std::vector<Label> labels;
      for (int i = 0; i + 1 < series.labels_refs_size(); i += 2)
        labels.push_back({request.symbols(static_cast<int>(series.labels_refs(i))),
                          request.symbols(static_cast<int>(series.labels_refs(i + 1)))});
      got.push_back({Labels(std::move(labels)), series.samples(0).timestamp(), series.samples(0).value()});
      EXPECT_TRUE(series.has_metadata());
    }
    expect_equal(got, expected(world, batch, 1, 5));
  }
}

TEST(Bodies, CompressAboutAsWellAsSnappyItself) {
  World world(Protocol::remote_write_1);
  std::string body;
  world.bodies.write(0, 0, 1, body);
  EXPECT_LT(body.size(), 1.6 * static_cast<double>(snappy_block(uncompressed(body)).size()));
}

TEST(Bodies, AReplacedPodIsMarkedStaleOnceForEachOfItsSeries) {
  World world(Protocol::remote_write_1, 60);  // one pod a second
  std::size_t markers = 0, expected_markers = 0;
  for (const std::uint32_t target : world.bodies.shrunk_targets(0, 1)) {
    expected_markers += world.mesh.targets()[target].place_count;
    for (std::size_t shard = 0; shard < 2; ++shard)
      for (const Bodies::Stale& stale : world.bodies.stale_bodies(target, shard, 1)) {
        prometheus::WriteRequest request;
        ASSERT_TRUE(request.ParseFromString(uncompressed(stale.body)));
        EXPECT_EQ(static_cast<std::size_t>(request.timeseries_size()), stale.samples);
        for (const auto& series : request.timeseries()) EXPECT_TRUE(is_stale_nan(series.samples(0).value()));
        markers += stale.samples;
      }
  }
  EXPECT_GT(markers, 0U);
  EXPECT_EQ(markers, expected_markers);
}

TEST(Bodies, FollowAReplacedPod) {
  World world(Protocol::remote_write_1, 60);
  std::string body;
  for (const std::uint64_t round : {0U, 1U, 2U}) {
    world.bodies.write(0, round, 1, body);
    prometheus::WriteRequest request;
    ASSERT_TRUE(request.ParseFromString(uncompressed(body)));
    const std::vector<Sent> wanted = expected(world, 0, round, 1);
    ASSERT_EQ(static_cast<std::size_t>(request.timeseries_size()), wanted.size());
    for (int i = 0; i < request.timeseries_size(); ++i) {
      std::vector<Label> labels;
      for (const auto& label : request.timeseries(i).labels()) labels.push_back({label.name(), label.value()});
      ASSERT_EQ(Labels(std::move(labels)), wanted[static_cast<std::size_t>(i)].labels);
    }
  }
}

}  // namespace
}  // namespace sluice::load
