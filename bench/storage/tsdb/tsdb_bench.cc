// What a sample costs storage, decoded body to durable: registration, known series, flush, restart, questions.
// Requests of 2,000 series, one sample each, 30 labels. CPU is the whole process's, RocksDB's threads included.
//   build/release/bin/tsdb_bench DIRECTORY [series=100000] [rounds=40] [sync=1]

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/check.h"
#include "proto/wire/encode.h"
#include "storage/tsdb/tsdb.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kSeriesPerRequest = 2000;
constexpr std::int64_t kScrapeMs = 15'000;
constexpr std::size_t kReplayedRounds = 40;

struct Request {
  std::string message;
  wire::WriteBatch batch;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double resident_mb() {
  std::ifstream status("/proc/self/statm");
  double pages = 0, resident = 0;
  status >> pages >> resident;
  return resident * 4096 / 1e6;
}

std::string labels_of(std::size_t i) {
  const std::size_t pod = i / 400, edge = i / 20;
  const std::string app = "service-" + std::to_string(pod % 83);
  std::vector<Label> labels{
      {"__name__", "istio_request_duration_milliseconds_" + std::to_string(i % 400 / 100)},
      {"instance", "10.0." + std::to_string(pod / 250) + "." + std::to_string(pod % 250) + ":15020"},
      {"job", "kubernetes-pods"},
      {"le", std::to_string(i % 20)},
      {"pod", app + "-6c9f7d8b5-" + std::to_string(pod)},
      {"source_workload", "service-" + std::to_string(edge % 20)},
      {"response_code", edge % 7 == 0 ? "503" : "200"}};
  for (int k = 0; k < 23; ++k)
    labels.push_back({"label_of_the_mesh_" + std::to_string(k), app + "-" + std::to_string(k)});
  return wire::encode_labels_v1(Labels::sorted(std::move(labels)));
}

std::vector<std::unique_ptr<Request>> make_requests(std::size_t series) {
  const wire::SpellingKey key(1);
  std::vector<std::unique_ptr<Request>> requests;
  for (std::size_t first = 0; first < series; first += kSeriesPerRequest) {
    auto request = std::make_unique<Request>();
    for (std::size_t i = first; i < std::min(first + kSeriesPerRequest, series); ++i) {
      wire::append_series_v1(request->message, labels_of(i), Sample{});
    }
    CHECK(wire::decode(wire::Protocol::remote_write_1, request->message, {}, key, request->batch).has_value());
    requests.push_back(std::move(request));
  }
  return requests;
}

// 43 of 100 series of a mesh do not move; the rest count.
void set_samples(Request& request, std::size_t first, std::int64_t timestamp_ms, std::size_t round) {
  for (std::size_t i = 0; i < request.batch.samples.size(); ++i) {
    const std::size_t series = first + i;
    const bool moves = series % 100 >= 43;
    request.batch.samples[i] = {timestamp_ms + static_cast<std::int64_t>(series / 400 % 50),
                                static_cast<double>(moves ? round * (series % 17) : 5)};
  }
}

class Meter {
 public:
  explicit Meter(const char* what) : what_(what) {}
  void report(double count, const char* unit) const {
    const double cpu = cpu_seconds() - cpu_, wall = wall_seconds() - wall_;
    std::printf("%-22s %8.3f s cpu %8.3f s wall  %9.1f ns cpu/%s   rss %.0f MB\n", what_, cpu, wall, cpu / count * 1e9,
                unit, resident_mb());
  }

 private:
  const char* const what_;
  const double cpu_ = cpu_seconds(), wall_ = wall_seconds();
};

TsdbOptions options_of(const std::string& directory, bool sync) {
  TsdbOptions options;
  options.data_dir = directory;
  options.durability = sync ? Durability::sync : Durability::async;
  options.background = false;
  return options;
}

void round_of(Tsdb& tsdb, std::vector<std::unique_ptr<Request>>& requests, std::int64_t t, std::size_t round) {
  const TenantId tenant = *TenantId::parse("bench");
  for (std::size_t r = 0; r < requests.size(); ++r) {
    set_samples(*requests[r], r * kSeriesPerRequest, t, round);
    const auto report = tsdb.append(tenant, requests[r]->batch, {});
    CHECK(report.has_value() && report->refused_total() == 0);
  }
}

void ask(Tsdb& tsdb, const char* what, TimeRangeMs range) {
  const Meter meter(what);
  const auto source = tsdb.source(*TenantId::parse("bench"));
  const std::vector<Matcher> matchers{
      *Matcher::make(Matcher::Op::equal, "__name__", "istio_request_duration_milliseconds_1")};
  const auto set = *source->select(matchers, range, {});
  SeriesBatch batch;
  std::size_t samples = 0;
  for (std::size_t first = 0; first < set->size(); first += 256) {
    CHECK(set->read(first, std::min<std::size_t>(256, set->size() - first), batch).has_value());
    samples += batch.sample_count();
  }
  meter.report(static_cast<double>(samples), "sample");
}

void run(const std::string& directory, std::size_t series, std::size_t rounds, bool sync) {
  SystemClock clock;
  auto requests = make_requests(series);
  const auto samples = static_cast<double>(series * rounds);
  const std::int64_t t0 = clock.now_ms() - static_cast<std::int64_t>(rounds + 1) * kScrapeMs;
  const TimeRangeMs all{t0, clock.now_ms()};
  std::printf("%zu series, %zu rounds, durability %s, rss %.0f MB\n", series, rounds, sync ? "sync" : "async",
              resident_mb());
  auto tsdb = *Tsdb::open(options_of(directory, sync), clock);
  {
    const Meter meter("register");
    round_of(*tsdb, requests, t0, 0);
    meter.report(static_cast<double>(series), "series");
  }
  {
    const Meter meter("known series");
    for (std::size_t round = 1; round <= rounds; ++round) {
      round_of(*tsdb, requests, t0 + static_cast<std::int64_t>(round) * kScrapeMs, round);
    }
    meter.report(samples, "sample");
  }
  ask(*tsdb, "ask the head", all);
  tsdb.reset();
  {
    const Meter meter("restart, replay");
    tsdb = *Tsdb::open(options_of(directory, sync), clock);
    meter.report(samples + static_cast<double>(series), "sample");
  }
  {
    const Meter meter("flush");
    CHECK(tsdb->flush().has_value());
    meter.report(samples + static_cast<double>(series), "sample");
  }
  const auto stats = tsdb->stats();
  std::printf("head %.1f MB, index %.1f MB, disk %.1f MB, %.3f B/sample\n", static_cast<double>(stats.head_bytes) / 1e6,
              static_cast<double>(stats.index_bytes) / 1e6, static_cast<double>(stats.disk_bytes) / 1e6,
              static_cast<double>(stats.disk_bytes) / samples);
  tsdb.reset();
  {
    const Meter meter("restart, flushed");
    tsdb = *Tsdb::open(options_of(directory, sync), clock);
    meter.report(static_cast<double>(series), "series");
  }
  ask(*tsdb, "ask blocks, cold", all);
  ask(*tsdb, "ask blocks, again", all);
  {  // as an agent does after an outage of ours: everything is there already, and only blocks know
    const Meter meter("replayed, in blocks");
    const std::size_t replayed = std::min(rounds, kReplayedRounds);
    for (std::size_t round = 1; round <= replayed; ++round) {
      round_of(*tsdb, requests, t0 + static_cast<std::int64_t>(round) * kScrapeMs, round);
    }
    meter.report(static_cast<double>(series * replayed), "sample");
    CHECK(tsdb->tenant_stats(*TenantId::parse("bench")).samples_appended == 0 && tsdb->stats().lookup_failures == 0);
  }
}

}  // namespace
}  // namespace sluice::storage

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: tsdb_bench DIRECTORY [series] [rounds] [sync]\n");
    return 2;
  }
  const auto number = [&](int i, std::size_t fallback) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : fallback;
  };
  std::filesystem::remove_all(argv[1]);
  sluice::storage::run(argv[1], number(2, 100'000), number(3, 40), number(4, 1) != 0);
  std::filesystem::remove_all(argv[1]);
}
