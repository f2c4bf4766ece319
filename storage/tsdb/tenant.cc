#include "storage/tsdb/tenant.h"

namespace sluice::storage {

namespace {

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

SeriesRef Tenant::find_or_add(std::span<const LabelRef> labels) {
  names_.clear();
  values_.clear();
  for (const LabelRef& label : labels) {
    names_.push_back(symbols.intern(label.name));
    values_.push_back(symbols.intern(label.value));
  }
  const auto known = index.find(names_, values_);
  const SeriesRef ref = known ? *known : index.add(names_, values_);
  ensure_in_head(ref);
  return ref;
}

void Tenant::settle(Watermark written) {
  journaled = in_group = written;
  new_in_group = 0;
  exemplars.settle();
  metadata.settle();
}

bool Tenant::knows(std::span<const LabelRef> labels) const {
  std::vector<SymbolId> names, values;
  for (const LabelRef& label : labels) {
    const auto name = symbols.find(label.name), value = symbols.find(label.value);
    if (!name || !value) return false;
    names.push_back(*name);
    values.push_back(*value);
  }
  return index.find(names, values).has_value();
}

void Tenant::ensure_in_head(SeriesRef ref) { head.ensure(ref, target_of(ref)); }

// What series of one scrape have in common. The symbols of one tenant suffice: heads are per tenant.
std::uint64_t Tenant::target_of(SeriesRef ref) const {
  std::uint64_t target = 0;
  for (const std::string_view name : {"job", "instance"}) {
    const auto symbol = symbols.find(name);
    const auto value = symbol ? index.label(ref, *symbol) : std::nullopt;
    target = mix(target * 31 + (value ? value->value() + 1ULL : 0));
  }
  return target;
}

SymbolId Tenant::metric_of(SeriesRef ref) const {
  const auto name = symbols.find(kMetricName);
  const auto value = name ? index.label(ref, *name) : std::nullopt;
  return value.value_or(SymbolId(0));
}

}  // namespace sluice::storage
