#include "load/serve/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace sluice::load {
namespace {

std::string escaped(std::string_view text) {  // the text format and JSON agree on these three
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void append_value(double value, std::string& out) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

bool added_by_the_scrape(std::string_view family) { return family == "up" || family.starts_with("scrape_"); }

void append_series(std::span<const LabelRef> labels, const std::vector<Label>& known, double value, std::string& out) {
  std::string inside;
  for (const LabelRef& label : labels) {
    if (label.name == kMetricName) {
      out += label.value;
      continue;
    }
    const auto same = [&](const Label& l) { return l.name == label.name && l.value == label.value; };
    if (std::any_of(known.begin(), known.end(), same)) continue;
    inside.append(inside.empty() ? "" : ",").append(label.name).append("=\"").append(escaped(label.value)).append("\"");
  }
  if (!inside.empty()) out.append("{").append(inside).append("}");
  out += ' ';
  append_value(value, out);
  out += '\n';
}

}  // namespace

Exposition::Exposition(const Mesh& mesh) : mesh_(mesh), targets_(mesh.page_count()) {
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) targets_[mesh.targets()[t].page].push_back(t);
}

std::vector<Label> Exposition::page_labels(std::size_t page, std::int64_t now_ms) const {
  const std::size_t first = targets_[page].front();
  return mesh_.target_labels(first, mesh_.life(first, now_ms));
}

void Exposition::append_target(std::size_t index, const std::vector<Label>& known, std::uint64_t tenant_key,
                               std::int64_t now_ms, std::vector<std::string>& by_family) const {
  const Target& target = mesh_.targets()[index];
  std::vector<double> values(target.place_count);
  mesh_.values(index, now_ms, now_ms, tenant_key, mesh_.places(index), values);
  std::unordered_map<const Family*, std::size_t> places;
  for (const Family& family : mesh_.families().all()) places.emplace(&family, places.size());
  auto block = target.blocks.begin();
  auto value = values.begin();
  mesh_.describe(index, now_ms, mesh_.places(index), [&](std::uint32_t place, std::span<const LabelRef> labels) {
    const double here = *value++;
    while (place >= block->first + block->family->series_count()) ++block;
    if (added_by_the_scrape(block->family->name)) return;
    std::string& text = by_family[places.at(block->family)];
    if (text.empty()) text = "# TYPE " + block->family->name + " " + metric_type_name(block->family->type) + "\n";
    append_series(labels, known, here, text);
  });
}

std::string Exposition::page(std::size_t page, std::uint64_t tenant_key, std::int64_t now_ms) const {
  std::vector<Label> known = page_labels(page, now_ms);
  std::vector<std::string> by_family(mesh_.families().all().size());
  for (const std::size_t target : targets_[page]) append_target(target, known, tenant_key, now_ms, by_family);
  std::string text;
  for (const std::string& family : by_family) text += family;
  return text;
}

std::string Exposition::target_list(const std::string& address, std::int64_t now_ms) const {
  std::string json = "[";
  for (std::size_t page = 0; page < targets_.size(); ++page) {
    json += (page == 0 ? "" : ",") + std::string("\n{\"targets\":[\"") + address +
            "\"],\"labels\":{\"__metrics_path__\":\"/t/" + std::to_string(page) + "\"";
    for (const Label& label : page_labels(page, now_ms)) {
      const auto same = [&](const Label& external) { return external.name == label.name; };
      const auto& externals = mesh_.spec().external_labels;  // the agent adds those by itself
      if (std::any_of(externals.begin(), externals.end(), same)) continue;
      json += ",\"" + escaped(label.name) + "\":\"" + escaped(label.value) + "\"";
    }
    json += "}}";
  }
  return json + "\n]\n";
}

}  // namespace sluice::load
