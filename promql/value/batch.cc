#include "promql/value/batch.h"

#include <algorithm>

namespace sluice::promql {

void Batch::reset(std::size_t steps) {
  steps_ = steps;
  words_ = words_for(steps);
  labels_.clear();
  values_.clear();
  present_.clear();
  histograms_.clear();
}

std::size_t Batch::add_row(const SeriesLabels& labels) {
  labels_.push_back(labels);
  values_.resize(labels_.size() * steps_);
  present_.resize(labels_.size() * words_);
  if (!histograms_.empty()) want_histograms();
  return labels_.size() - 1;
}

void Batch::remove_last_row() {
  labels_.pop_back();
  values_.resize(labels_.size() * steps_);
  present_.resize(labels_.size() * words_);
  if (!histograms_.empty()) want_histograms();
}

bool Batch::has_companions() const {
  return std::any_of(labels_.begin(), labels_.end(), [](const SeriesLabels& labels) { return labels.companion; });
}

const HistogramPtr& Batch::histogram_ptr(std::size_t row, std::size_t step) const {
  static const HistogramPtr none;
  return histograms_.empty() ? none : histograms_[row * steps_ + step];
}

void Batch::set_histogram(std::size_t row, std::size_t step, HistogramPtr histogram) {
  if (histograms_.empty()) want_histograms();
  histograms_[row * steps_ + step] = std::move(histogram);
  set_bit(present(row), step);
}

void Batch::erase(std::size_t row, std::size_t step) {
  clear_bit(present(row), step);
  if (!histograms_.empty()) histograms_[row * steps_ + step].reset();
}

void Batch::copy_cell(std::size_t row, std::size_t step, const Batch& from, std::size_t from_row,
                      std::size_t from_step) {
  if (from.histogram(from_row, from_step) != nullptr)
    set_histogram(row, step, from.histogram_ptr(from_row, from_step));
  else
    set_float(row, step, from.values(from_row)[from_step]);
}

void Batch::append_row_of(const Batch& from, std::size_t row) {
  const std::size_t to = add_row(from.labels(row));
  std::copy_n(from.values(row), steps_, values(to));
  std::copy_n(from.present(row), words_, present(to));
  if (!from.has_histograms()) return;
  for (std::size_t step = 0; step < steps_; ++step)
    if (from.histogram(row, step) != nullptr) set_histogram(to, step, from.histogram_ptr(row, step));
}

std::size_t Batch::bytes() const {
  return labels_.size() * sizeof(SeriesLabels) + values_.size() * sizeof(double) +
         present_.size() * sizeof(std::uint64_t) + histograms_.size() * sizeof(HistogramPtr);
}

}  // namespace sluice::promql
