#include "storage/tsdb/label_codec.h"

namespace sluice::storage {

std::uint32_t LabelSetEncoder::shape_of(LabelsView labels, std::string& out) {
  const auto [at, added] = shapes_.try_emplace(labels.names, static_cast<std::uint32_t>(last_values_.size()));
  put_varint(out, at->second);
  if (!added) return at->second;
  put_varint(out, labels.count);
  for (std::uint32_t i = 0; i < labels.count; ++i) put_varint(out, labels.names[i].value());
  last_values_.emplace_back(labels.count);
  return at->second;
}

void LabelSetEncoder::add(LabelsView labels, std::string& out) {
  auto& last = last_values_[shape_of(labels, out)];
  const std::size_t bits_at = out.size();
  out.append((labels.count + 7) / 8, '\0');
  for (std::uint32_t i = 0; i < labels.count; ++i) {
    if (labels.values[i] == last[i]) continue;
    out[bits_at + i / 8] = static_cast<char>(out[bits_at + i / 8] | (1 << (i % 8)));
    put_signed(out, static_cast<std::int64_t>(labels.values[i].value()) - static_cast<std::int64_t>(last[i].value()));
    last[i] = labels.values[i];
  }
}

bool LabelSetDecoder::read_shape(ByteReader& in) {
  const std::uint64_t count = in.count();
  if (!in.ok() || count > kLabelsMax) return false;
  Shape shape;
  for (std::uint64_t i = 0; i < count; ++i) shape.names.emplace_back(static_cast<std::uint32_t>(in.varint()));
  shape.values.resize(count);
  shapes_.push_back(std::move(shape));
  return in.ok();
}

bool LabelSetDecoder::next(ByteReader& in) {
  current_ = in.varint();
  if (current_ > shapes_.size()) return false;
  if (current_ == shapes_.size() && !read_shape(in)) return false;
  auto& values = shapes_[current_].values;
  const std::string_view changed = in.bytes((values.size() + 7) / 8);
  if (!in.ok()) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if ((static_cast<std::uint8_t>(changed[i / 8]) >> (i % 8) & 1) == 0) continue;
    values[i] = SymbolId(static_cast<std::uint32_t>(static_cast<std::int64_t>(values[i].value()) + in.signed_varint()));
  }
  return in.ok();
}

}  // namespace sluice::storage
