#include "storage/tsdb/loader.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "storage/tsdb/label_codec.h"
#include "storage/tsdb/record.h"

namespace sluice::storage {

namespace {

tl::unexpected<Error> damaged(const Tenant& tenant, const char* what) {
  return fail(Errc::corrupt,
              std::string("the ") + what + " of tenant " + tenant.id.text() +
                  " are damaged: restore the data directory from a backup, or move it away to start empty");
}

// Registrations may come twice: a record that was written although its commit failed, or one that a segment repeats.
Result<void> add_symbol(Tenant& tenant, std::uint32_t id, std::string_view text) {
  if (id < tenant.symbols.size() && tenant.symbols.text(SymbolId(id)) == text) return {};
  if (id != tenant.symbols.size() || tenant.symbols.intern(text) != SymbolId(id)) return damaged(tenant, "symbols");
  return {};
}

bool all_known(const Tenant& tenant, std::span<const SymbolId> ids) {
  return std::all_of(ids.begin(), ids.end(), [&](SymbolId id) { return id.value() < tenant.symbols.size(); });
}

Result<void> add_series(Tenant& tenant, std::uint32_t first, std::uint64_t count, ByteReader& in) {
  LabelSetDecoder labels;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!labels.next(in)) return damaged(tenant, "series");
    const std::uint64_t ref = first + i;
    if (ref < tenant.index.size()) continue;
    if (ref > tenant.index.size() || !all_known(tenant, labels.names()) || !all_known(tenant, labels.values())) {
      return damaged(tenant, "series");
    }
    tenant.index.add(labels.names(), labels.values());
  }
  return {};
}

Result<void> load_symbols(const MetaStore& meta, Tenant& tenant) {
  return meta.each_segment(Segments::symbols, tenant.number, [&](std::uint32_t first, std::string_view bytes) {
    ByteReader in(bytes);
    const std::uint64_t count = in.count();
    Result<void> added;
    for (std::uint64_t i = 0; i < count && added; ++i) {
      const std::string_view text = in.text();
      added = in.ok() ? add_symbol(tenant, static_cast<std::uint32_t>(first + i), text) : damaged(tenant, "symbols");
    }
    return added;
  });
}

Result<void> load_series(const MetaStore& meta, Tenant& tenant) {
  return meta.each_segment(Segments::series, tenant.number, [&](std::uint32_t first, std::string_view bytes) {
    ByteReader in(bytes);
    const std::uint64_t count = in.count();
    return add_series(tenant, first, count, in);
  });
}

Result<void> load_notes(const MetaStore& meta, Tenant& tenant) {
  const auto metadata = meta.notes(MetaStore::Notes::metadata, tenant.number);
  if (!metadata) return tl::unexpected(metadata.error());
  if (*metadata && !tenant.metadata.load(**metadata)) return damaged(tenant, "metadata");
  const auto exemplars = meta.notes(MetaStore::Notes::exemplars, tenant.number);
  if (!exemplars) return tl::unexpected(exemplars.error());
  if (*exemplars && !tenant.exemplars.load(**exemplars, tenant.index.size())) return damaged(tenant, "exemplars");
  return {};
}

Result<void> load_tenant(const MetaStore& meta, Tenant& tenant) {
  return load_symbols(meta, tenant).and_then([&] { return load_series(meta, tenant); }).and_then([&] {
    tenant.persisted = tenant.registered();
    return load_notes(meta, tenant);
  });
}

Result<void> load_tenants(const MetaStore& meta, Tenants& tenants) {
  const auto known = meta.tenants();
  if (!known) return tl::unexpected(known.error());
  for (const MetaStore::Tenant& entry : *known) {
    auto id = TenantId::parse(entry.name);
    if (!id) return fail(Errc::corrupt, "a stored tenant has a name that is none (" + id.error().detail() + ")");
    auto tenant = std::make_shared<Tenant>(std::move(*id), entry.number);
    if (auto loaded = load_tenant(meta, *tenant); !loaded) return loaded;
    tenants.adopt(std::move(tenant));
  }
  return {};
}

// Everything in blocks was flushed before: memory is complete only behind it.
void begin_heads(const BlockStore& blocks, const Tenants& tenants) {
  std::int64_t newest_ms = std::numeric_limits<std::int64_t>::min();
  for (const auto& block : blocks.all()) newest_ms = std::max(newest_ms, block->info.max_ms);
  if (newest_ms == std::numeric_limits<std::int64_t>::min()) return;
  for (const auto& tenant : tenants.all()) tenant->head.begin_from(newest_ms + 1);
}

class Replay {
 public:
  explicit Replay(Tenants& tenants) : tenants_(tenants) {}

  Result<void> apply(std::string_view record) {
    const auto parts = decode_record(record);
    if (!parts) return tl::unexpected(parts.error());
    const auto tenant = tenants_.by_number(parts->tenant);
    if (!tenant) return fail(Errc::corrupt, "the journal names a tenant that is not registered: restore a backup");
    return register_in(*tenant, *parts).and_then([&] { return publish(*tenant, parts->samples); });
  }
  const LoadReport& report() const { return report_; }

 private:
  Result<void> register_in(Tenant& tenant, const RecordParts& parts) {
    for (std::size_t i = 0; i < parts.symbols.size(); ++i) {
      const auto id = static_cast<std::uint32_t>(parts.first_symbol + i);
      if (auto added = add_symbol(tenant, id, parts.symbols[i]); !added) return added;
    }
    ByteReader series(parts.series);
    return add_series(tenant, parts.first_series, parts.series_count, series);
  }

  Result<void> publish(Tenant& tenant, std::string_view samples) {
    if (auto decoded = decode_samples(samples, tenant.index.size(), part_); !decoded) return decoded;
    auto& ensured = ensured_[tenant.number];
    ensured.resize(tenant.index.size());
    for (const FloatSample& sample : part_.floats) ensure(tenant, sample.ref, ensured);
    for (const HistogramSample& sample : part_.histograms) ensure(tenant, sample.ref, ensured);
    tenant.head.publish({part_.floats, part_.histograms, part_.starts});
    // The saved ring may hold what the journal repeats.
    std::erase_if(part_.exemplars, [&](const ExemplarOfSeries& one) {
      return tenant.exemplars.judge(one.ref, one.exemplar) != ExemplarVerdict::accepted;
    });
    tenant.exemplars.publish(part_.exemplars, StorageLimits().exemplars_max);
    tenant.exemplars.settle();
    tenant.metadata.put(part_.metadata);
    ++report_.replayed_records;
    report_.replayed_samples += part_.floats.size() + part_.histograms.size();
    return {};
  }

  static void ensure(Tenant& tenant, SeriesRef ref, std::vector<bool>& ensured) {
    if (ensured[ref.value()]) return;
    ensured[ref.value()] = true;
    tenant.ensure_in_head(ref);
  }

  Tenants& tenants_;
  AcceptedPart part_;
  std::unordered_map<TenantNumber, std::vector<bool>> ensured_;
  LoadReport report_;
};

}  // namespace

Result<LoadReport> load(const MetaStore& meta, const Journal& journal, const BlockStore& blocks, Tenants& tenants) {
  const auto flushed = meta.flushed_position();
  if (!flushed) return tl::unexpected(flushed.error());
  if (auto loaded = load_tenants(meta, tenants); !loaded) return tl::unexpected(loaded.error());
  begin_heads(blocks, tenants);
  Replay replay(tenants);
  const auto visit = [&](JournalPosition, std::string_view record) { return replay.apply(record); };
  if (auto replayed = journal.replay(*flushed, visit); !replayed) return tl::unexpected(replayed.error());
  for (const auto& tenant : tenants.all()) tenant->settle(tenant->registered());
  return replay.report();
}

}  // namespace sluice::storage
