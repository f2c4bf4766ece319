#include "storage/tsdb/resolver.h"

namespace sluice::storage {

namespace {

bool same_label_limits(const StorageLimits& a, const StorageLimits& b) {
  return a.labels_per_series_max == b.labels_per_series_max && a.label_name_bytes_max == b.label_name_bytes_max &&
         a.label_value_bytes_max == b.label_value_bytes_max;
}

// What was remembered under other limits is no longer true.
void forget_if_stale(Tenant& tenant, const StorageLimits& limits) {
  if (!same_label_limits(tenant.spelling_limits, limits)) tenant.spellings.clear();
  tenant.spelling_limits = limits;
  tenant.spellings.forget_if_over(tenant.index.size());
}

}  // namespace

void Resolver::resolve(Tenant& tenant, const wire::WriteBatch& batch, const StorageLimits& limits, Refusals& refusals,
                       WriteReport& report) {
  forget_if_stale(tenant, limits);
  const Work work{tenant, batch, limits, refusals, report};
  refs_.clear();
  refs_.reserve(batch.series.size());
  SpellingTable::Cursor cursor;
  for (const wire::IncomingSeries& series : batch.series) {
    const auto known = tenant.spellings.find(series.spelling, cursor);
    refs_.push_back(known ? *known : resolve_miss(work, series, cursor));
    if (known && is_refused(*known)) explain_again(work, series, refusal_of(*known));
  }
}

std::optional<LabelRefusal> Resolver::parse(const Work& work, const wire::IncomingSeries& series) {
  labels_.clear();
  if (auto decoded = wire::decode_labels(work.batch, series, labels_); !decoded) {
    const bool too_many = decoded.error().code() == Errc::too_large;
    return LabelRefusal{too_many ? Refusal::label_limit : Refusal::malformed_series, decoded.error().detail()};
  }
  return canonicalise(labels_, work.limits);
}

SeriesRef Resolver::resolve_miss(const Work& work, const wire::IncomingSeries& series, SpellingTable::Cursor& cursor) {
  Tenant& tenant = work.tenant;
  if (auto refused = parse(work, series)) {
    work.refusals.example(refused->refusal, series.spelling.low, [&] { return std::move(refused->text); });
    tenant.spellings.insert(series.spelling, refused_ref(refused->refusal), cursor);
    return refused_ref(refused->refusal);
  }
  if (!room_for_new_series(work) && !tenant.knows(labels_)) {  // not remembered: there may be room in a minute
    work.refusals.example(Refusal::series_limit, series.spelling.low, [&] {
      return "active series limit reached: active_series_max is " + std::to_string(work.limits.active_series_max) +
             ": raise limits.active_series_max of this tenant or send fewer series; series " + labels_text(labels_);
    });
    return refused_ref(Refusal::series_limit);
  }
  const std::uint32_t series_before = tenant.index.size();
  const SeriesRef ref = tenant.find_or_add(labels_);
  if (tenant.index.size() > series_before) {
    ++work.report.new_series;
    ++tenant.new_in_group;
  }
  tenant.spellings.insert(series.spelling, ref, cursor);
  return ref;
}

void Resolver::explain_again(const Work& work, const wire::IncomingSeries& series, Refusal refusal) {
  work.refusals.example(refusal, series.spelling.low, [&] {
    auto refused = parse(work, series);
    return refused ? std::move(refused->text) : refusal_text(refusal);
  });
}

bool Resolver::room_for_new_series(const Work& work) const {
  return work.tenant.head.active_series() + work.tenant.new_in_group < work.limits.active_series_max;
}

}  // namespace sluice::storage
