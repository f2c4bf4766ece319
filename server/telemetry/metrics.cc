#include "server/telemetry/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <unordered_map>

#include "proto/base/mutex.h"
#include "server/http/status.h"

namespace sluice::server {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;
using prometheus::Registry;

constexpr const char* kOtherTenants = "{other}";  // braces are not allowed in a tenant's name

const Histogram::BucketBoundaries kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                           0.25,   0.5,   1,      2.5,   5,    10,    30,   120};

Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

// A Collectable over a callback: storage keeps its own counts, telemetry only reads them out.
class Readings final : public prometheus::Collectable {
 public:
  explicit Readings(std::function<std::vector<Metrics::Reading>()> read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& reading : read_()) families.push_back(family_of(reading));
    return families;
  }

 private:
  static prometheus::MetricFamily family_of(const Metrics::Reading& reading) {
    prometheus::MetricFamily family;
    family.name = reading.name;
    family.help = reading.help;
    family.type = reading.is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    prometheus::ClientMetric metric;
    metric.counter.value = metric.gauge.value = reading.value;
    family.metric.push_back(metric);
    return family;
  }
  const std::function<std::vector<Metrics::Reading>()> read_;
};

// Counters by one or two free label values, found without building Labels. The sets of values are bounded: routes,
// statuses, reasons, and tenants after TenantNames has looked at them.
class CounterTable {
 public:
  CounterTable(Family<Counter>& family, std::vector<std::string> label_names)
      : family_(family), label_names_(std::move(label_names)) {}

  Counter& at(const std::vector<std::string_view>& values) {
    std::string key;
    for (const auto value : values) key.append(value).append(1, '\0');
    {
      ReadLock lock(mutex_);
      if (const auto found = known_.find(key); found != known_.end()) return *found->second;
    }
    Labels labels;
    for (std::size_t i = 0; i < values.size(); ++i) labels.emplace(label_names_[i], values[i]);
    WriteLock lock(mutex_);
    return *known_.try_emplace(std::move(key), &family_.Add(labels)).first->second;
  }

 private:
  Family<Counter>& family_;
  const std::vector<std::string> label_names_;
  SharedMutex mutex_;
  std::unordered_map<std::string, Counter*> known_ SLUICE_GUARDED_BY(mutex_);
};

class HistogramTable {
 public:
  HistogramTable(Family<Histogram>& family, std::string label_name)
      : family_(family), label_name_(std::move(label_name)) {}

  Histogram& at(std::string_view value) {
    {
      ReadLock lock(mutex_);
      if (const auto found = known_.find(value); found != known_.end()) return *found->second;
    }
    WriteLock lock(mutex_);
    auto& histogram = family_.Add({{label_name_, std::string(value)}}, kSeconds);
    return *known_.try_emplace(std::string(value), &histogram).first->second;
  }

 private:
  Family<Histogram>& family_;
  const std::string label_name_;
  SharedMutex mutex_;
  std::map<std::string, Histogram*, std::less<>> known_ SLUICE_GUARDED_BY(mutex_);
};

struct TenantCounters {
  Counter *requests, *body_bytes, *samples, *histograms, *exemplars, *duplicates, *new_series;
};

}  // namespace

struct Metrics::Families {
  explicit Families(std::size_t tenants_max) : tenants_max(tenants_max) {}

  // The name to use as a label: the tenant's own, or that of all others once there are too many.
  std::string_view label_of(std::string_view tenant) {
    if (tenant.empty()) return tenant;
    {
      ReadLock lock(tenants_mutex);
      if (const auto found = tenants.find(tenant); found != tenants.end()) return found->first;
      if (tenants.size() >= tenants_max) return kOtherTenants;
    }
    WriteLock lock(tenants_mutex);
    if (tenants.size() >= tenants_max) return kOtherTenants;
    return tenants.try_emplace(std::string(tenant), nullptr).first->first;
  }

  TenantCounters& counters_of(std::string_view label) {
    {
      ReadLock lock(tenants_mutex);
      const auto found = tenants.find(label);
      if (found != tenants.end() && found->second != nullptr) return *found->second;
    }
    WriteLock lock(tenants_mutex);
    auto& counters = tenants[std::string(label)];
    if (counters == nullptr) counters = make_counters(std::string(label));
    return *counters;
  }

  std::unique_ptr<TenantCounters> make_counters(const std::string& tenant) {
    const Labels labels{{"tenant", tenant}};
    return std::make_unique<TenantCounters>(TenantCounters{
        &push_requests.Add(labels), &push_bytes.Add(labels), &samples.Add(labels), &histograms.Add(labels),
        &exemplars.Add(labels), &duplicates.Add(labels), &new_series.Add(labels)});
  }

  const std::size_t tenants_max;
  Registry registry;

  CounterTable http_requests{counters(registry, "sluice_http_requests_total", "Requests answered."),
                             {"route", "method", "code"}};
  HistogramTable http_seconds{prometheus::BuildHistogram()
                                  .Name("sluice_http_request_seconds")
                                  .Help("From the end of a request's head to the end of its answer.")
                                  .Register(registry),
                              "route"};
  Counter& http_body_bytes =
      counters(registry, "sluice_http_body_bytes_total", "Bytes of request bodies, as they came.").Add({});
  Counter& http_answer_bytes = counters(registry, "sluice_http_answer_bytes_total", "Bytes of answers.").Add({});
  Gauge& connections =
      prometheus::BuildGauge().Name("sluice_http_connections").Help("Connections open now.").Register(registry).Add({});
  Counter& connections_refused =
      counters(registry, "sluice_http_connections_refused_total", "Connections over server.connections_max.").Add({});
  Counter& accept_failures =
      counters(registry, "sluice_http_accept_failures_total", "Accepts that failed, as for want of descriptors.")
          .Add({});
  Counter& handler_exceptions =
      counters(registry, "sluice_http_handler_exceptions_total", "Requests answered 500 because of a bug.").Add({});

  CounterTable denied{counters(registry, "sluice_denied_requests_total", "Requests refused at the door."),
                      {"tenant", "reason"}};

  Family<Counter>& push_requests = counters(registry, "sluice_push_requests_total", "Pushes decoded.");
  Family<Counter>& push_bytes = counters(registry, "sluice_push_body_bytes_total", "Bytes of pushes, compressed.");
  Family<Counter>& samples = counters(registry, "sluice_push_samples_total", "Float samples stored.");
  Family<Counter>& histograms = counters(registry, "sluice_push_histograms_total", "Native histograms stored.");
  Family<Counter>& exemplars = counters(registry, "sluice_push_exemplars_total", "Exemplars stored.");
  Family<Counter>& duplicates =
      counters(registry, "sluice_push_duplicates_total", "Samples that were there already with the same value.");
  Family<Counter>& new_series = counters(registry, "sluice_push_new_series_total", "Series seen for the first time.");
  CounterTable refused{counters(registry, "sluice_push_refused_total", "Samples and exemplars refused, by reason."),
                       {"tenant", "reason"}};

  CounterTable queries{counters(registry, "sluice_queries_total", "Queries answered."), {"tenant", "code"}};
  CounterTable query_samples{counters(registry, "sluice_query_samples_read_total", "Samples that queries read."),
                             {"tenant"}};
  HistogramTable query_seconds{prometheus::BuildHistogram()
                                   .Name("sluice_query_seconds")
                                   .Help("Time to evaluate a query and begin its answer.")
                                   .Register(registry),
                               "endpoint"};

  Gauge& reload_successful = prometheus::BuildGauge()
                                 .Name("sluice_config_last_reload_successful")
                                 .Help("1 when the newest config file is in use, 0 when it was refused.")
                                 .Register(registry)
                                 .Add({});
  Gauge& reload_seconds = prometheus::BuildGauge()
                              .Name("sluice_config_last_reload_success_timestamp_seconds")
                              .Help("When the config in use was read.")
                              .Register(registry)
                              .Add({});
  Counter& reload_failures =
      counters(registry, "sluice_config_reload_failures_total", "Config files refused since start.").Add({});

  SharedMutex tenants_mutex;
  std::map<std::string, std::unique_ptr<TenantCounters>, std::less<>> tenants SLUICE_GUARDED_BY(tenants_mutex);

  mutable Mutex readings_mutex;
  std::vector<std::unique_ptr<Readings>> readings SLUICE_GUARDED_BY(readings_mutex);
};

Metrics::Metrics(const Options& options) : families_(std::make_unique<Families>(options.tenants_max)) {
  prometheus::BuildGauge()
      .Name("sluice_build_info")
      .Help("Always 1; the version is in the label.")
      .Register(families_->registry)
      .Add({{"version", options.version}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::pushed(const PushOutcome& outcome) {
  const auto tenant = families_->label_of(outcome.tenant);
  const TenantCounters& counters = families_->counters_of(tenant);
  const auto add = [](Counter* counter, std::uint64_t count) {
    if (count > 0) counter->Increment(static_cast<double>(count));
  };
  add(counters.requests, 1);
  add(counters.body_bytes, outcome.body_bytes);
  add(counters.samples, outcome.samples);
  add(counters.histograms, outcome.histograms);
  add(counters.exemplars, outcome.exemplars);
  add(counters.duplicates, outcome.duplicates);
  add(counters.new_series, outcome.new_series);
  for (const auto& [reason, count] : outcome.refused) add(&families_->refused.at({tenant, reason}), count);
}

void Metrics::asked(const QueryOutcome& outcome) {
  const auto tenant = families_->label_of(outcome.tenant);
  families_->queries.at({tenant, std::to_string(outcome.status)}).Increment();
  families_->query_samples.at({tenant}).Increment(static_cast<double>(outcome.samples_read));
  families_->query_seconds.at(outcome.endpoint).Observe(outcome.seconds);
}

void Metrics::config_loaded(bool successful, double now_seconds) {
  families_->reload_successful.Set(successful ? 1 : 0);
  if (successful) families_->reload_seconds.Set(now_seconds);
  if (!successful) families_->reload_failures.Increment();
}

// A status this server never sends on purpose would come from nowhere bounded, so it is not given a label of its own.
void Metrics::answered(const Answered& answered) {
  const std::string code = reason_phrase(answered.status).empty() ? "other" : std::to_string(answered.status);
  families_->http_requests.at({answered.route, method_name(answered.method), code}).Increment();
  families_->http_seconds.at(answered.route).Observe(answered.seconds);
  families_->http_body_bytes.Increment(static_cast<double>(answered.body_bytes));
  families_->http_answer_bytes.Increment(static_cast<double>(answered.answer_bytes));
}

void Metrics::connection_opened() { families_->connections.Increment(); }
void Metrics::connection_closed() { families_->connections.Decrement(); }
void Metrics::connection_refused() { families_->connections_refused.Increment(); }
void Metrics::handler_threw(std::string_view, std::string_view) { families_->handler_exceptions.Increment(); }
void Metrics::accept_failed(std::string_view) { families_->accept_failures.Increment(); }

void Metrics::denied(std::string_view tenant, const Denial& denial) {
  families_->denied.at({families_->label_of(tenant), denial.reason}).Increment();
}

void Metrics::on_scrape(std::function<std::vector<Reading>()> read) {
  MutexLock lock(families_->readings_mutex);
  families_->readings.push_back(std::make_unique<Readings>(std::move(read)));
}

std::string Metrics::expose() const {
  auto all = families_->registry.Collect();
  {
    MutexLock lock(families_->readings_mutex);
    for (const auto& readings : families_->readings)
      for (auto& family : readings->Collect()) all.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace sluice::server
