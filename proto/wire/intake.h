// proto/wire/intake.h
//
// Room: proto/wire. One TimeSeries on its way into the batch: what both versions of the protocol do alike.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/wire/parse.h"
#include "proto/wire/write_batch.h"

namespace sluice::wire {

inline constexpr Fault kTooManySeries{"the request holds more series than series_max", &DecodeLimits::series_max};
inline constexpr Fault kTooManySamples{"the request holds more samples than samples_max", &DecodeLimits::samples_max};
inline constexpr Fault kTooManyHistograms{"the request holds more histograms than histograms_max",
                                          &DecodeLimits::histograms_max};
inline constexpr Fault kTooManyExemplars{"the request holds more exemplars than exemplars_max",
                                         &DecodeLimits::exemplars_max};
inline constexpr Fault kTooManyMetadata{"the request holds more metadata than metadata_max",
                                        &DecodeLimits::metadata_max};
inline constexpr Fault kTooManySymbols{"the request holds more symbols than symbols_max", &DecodeLimits::symbols_max};

// Where the label fields of a series are. As long as they touch each other this is a span of the message; otherwise
// they are copied together into WriteBatch::label_scratch.
class LabelRun {
 public:
  explicit LabelRun(WriteBatch& batch) : batch_(batch) {}
  void add(std::string_view piece);
  std::string_view bytes() const;
  void locate(IncomingSeries& series) const;

 private:
  WriteBatch& batch_;
  std::string_view run_;       // while contiguous
  std::size_t joined_at_ = 0;  // into label_scratch, once joined
  bool joined_ = false;
};

// Samples, histograms and exemplars of one series. Refusals wait for finish(), because their texts name the series and
// labels may come last in its message.
class Intake {
 public:
  Intake(WriteBatch& batch, const DecodeLimits& limits);

  Trouble begin();  // a new series; those that were dropped count against series_max too
  Trouble add_sample(std::string_view bytes);
  Trouble add_histogram(std::string_view bytes);
  Trouble add_exemplar(std::string_view bytes);
  // Publishes the series begun, if anything of it is kept: fills in where its samples are. Writes the refusals that
  // waited.
  void finish(IncomingSeries series);
  // Takes everything of the series begun out of the batch again. reason() makes the text, if it is kept at all.
  template <class Reason>
  void drop(RefusalKind kind, Reason reason) {
    RefusedSeries refused = all_of_it(kind);
    if (count_refusal(refused)) {
      refused.reason = reason();
      batch_.refused.push_back(std::move(refused));
    }
    forget_series();
  }
  bool has_data() const;  // a sample, a histogram or an exemplar was sent, kept or not
  bool keeps_anything() const;

 private:
  struct Waiting {
    RefusalKind kind;
    std::string before, after;  // around ` for series {…}`
  };
  std::uint32_t series_index() const { return static_cast<std::uint32_t>(batch_.series.size()); }
  bool count_refusal(const RefusedSeries& refused);  // may it also be listed?
  void write_refusals(const IncomingSeries& series);
  RefusedSeries all_of_it(RefusalKind kind) const;  // without a reason yet
  void forget_series();

  WriteBatch& batch_;
  const DecodeLimits& limits_;
  std::size_t first_sample_ = 0, first_start_ = 0, first_histogram_ = 0, first_exemplar_ = 0;
  std::vector<Waiting> waiting_;
  std::uint32_t refused_histograms_ = 0, refused_exemplars_ = 0;
};

// `{a="b"}` as error texts name a series; cut after kSeriesTextMax bytes, because a stranger chose them.
inline constexpr std::size_t kSeriesTextMax = 4096;
std::string series_text(const WriteBatch& batch, const IncomingSeries& series);

}  // namespace sluice::wire
