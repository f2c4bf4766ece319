#include "tests/promqltest/script.h"

#include <algorithm>

#include "promql/syntax/parser.h"
#include "tests/promqltest/expectation.h"
#include "tests/promqltest/text.h"

namespace sluice::promqltest {
namespace {

tl::unexpected<Error> bad(std::string detail) { return fail(Errc::invalid_argument, std::move(detail)); }

class ScriptParser {
 public:
  ScriptParser(std::string name, std::string_view text) : rest_(text) { script_.name = std::move(name); }

  Result<Script> parse();

 private:
  bool next_line();        // to line_; false at the end
  bool next_block_line();  // false where the block of a command ends
  Result<void> command();
  Result<void> load(std::string_view head);
  Result<void> load_series(Load& load, std::vector<StartTimeLine>& starts);
  Result<void> eval(std::string_view head);
  Result<void> eval_body(Eval& eval);
  template <class What>
  Result<void> add(What what, int line);

  Script script_;
  std::string_view rest_, line_;
  int line_number_ = 0;
};

bool ScriptParser::next_line() {
  if (rest_.empty()) return false;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  line_ = trimmed(rest_.substr(0, end));
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  ++line_number_;
  if (line_.starts_with('#')) line_ = {};
  return true;
}

bool ScriptParser::next_block_line() { return next_line() && !line_.empty(); }

template <class What>
Result<void> ScriptParser::add(What what, int line) {
  script_.commands.push_back({line, std::move(what)});
  return {};
}

Result<Script> ScriptParser::parse() {
  while (next_line()) {
    if (line_.empty()) continue;
    if (auto done = command(); !done)
      return bad(script_.name + ":" + std::to_string(line_number_) + ": " + done.error().detail());
  }
  return std::move(script_);
}

Result<void> ScriptParser::command() {
  std::string_view rest = line_;
  std::string word(take_word(rest));
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  if (word == "clear") return add(Clear{}, line_number_);
  if (word.starts_with("load")) return load(line_);
  if (word.starts_with("eval")) return eval(line_);
  return bad("unknown command '" + word + "'; there are clear, load and eval");
}

Result<void> ScriptParser::load(std::string_view head) {
  const int line = line_number_;
  Load load;
  const std::string_view word = take_word(head);
  load.with_nhcb = word == "load_with_nhcb";
  if (word != "load" && !load.with_nhcb) return bad("unknown command '" + std::string(word) + "'");
  const auto step = promql::parse_duration_ms(head);
  if (!step) return tl::unexpected<Error>(step.error());
  load.step_ms = *step;
  std::vector<StartTimeLine> starts;  // at most one: that of the line before
  while (next_block_line())
    if (auto read = load_series(load, starts); !read) return read;
  if (!starts.empty()) return bad("start times without samples after them");
  return add(std::move(load), line);
}

// A series written twice in one load is what the second line says.
void put(Load& load, SeriesLoad entry) {
  const auto same = [&](const SeriesLoad& other) { return other.line.labels == entry.line.labels; };
  const auto at = std::find_if(load.series.begin(), load.series.end(), same);
  if (at == load.series.end()) {
    load.series.push_back(std::move(entry));
  } else {
    *at = std::move(entry);
  }
}

Result<void> ScriptParser::load_series(Load& load, std::vector<StartTimeLine>& starts) {
  if (is_start_time_line(line_)) {
    auto read = parse_start_time_line(line_);
    if (!read) return tl::unexpected<Error>(read.error());
    if (!starts.empty()) return bad("start times twice in a row");
    starts.push_back(std::move(*read));
    return {};
  }
  auto series = parse_series_line(line_);
  if (!series) return tl::unexpected<Error>(series.error());
  SeriesLoad entry{std::move(*series), {}};
  if (!starts.empty()) {
    const bool fits = starts[0].labels == entry.line.labels && starts[0].offsets_ms.size() == entry.line.values.size();
    if (!fits) return bad("the start times before it belong to another series, or are not as many");
    entry.start_offsets_ms = std::move(starts[0].offsets_ms);
    starts.clear();
  }
  put(load, std::move(entry));
  return {};
}

// The deprecated suffixes of `eval` expect the same as lines without text.
Result<void> apply_suffix(std::string_view word, Eval& eval) {
  if (word == "eval") return {};
  if (word == "eval_fail") return eval.failure.emplace(), Result<void>();
  if (word == "eval_ordered") return eval.ordered = true, Result<void>();
  if (word == "eval_warn") return eval.warnings.emplace_back(), Result<void>();
  if (word == "eval_info") return eval.infos.emplace_back(), Result<void>();
  return bad("unknown command '" + std::string(word) + "'");
}

Result<void> ScriptParser::eval(std::string_view head) {
  const int line = line_number_;
  Eval eval;
  if (auto known = apply_suffix(take_word(head), eval); !known) return known;
  const std::string_view kind = take_word(head);
  eval.range = kind == "range";
  if (!eval.range && kind != "instant") return bad("eval is instant or range, not '" + std::string(kind) + "'");
  auto time = eval.range ? take_time_grid(head) : take_instant(head);
  if (!time) return tl::unexpected<Error>(time.error());
  eval.time = *time;
  eval.expression = std::string(head);
  if (eval.expression.empty()) return bad("eval without an expression");
  if (auto read = eval_body(eval); !read) return read;
  return add(std::move(eval), line);
}

Result<void> ScriptParser::eval_body(Eval& eval) {
  while (next_block_line()) {
    const auto more = read_expectation(line_, eval);
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) break;
  }
  return check_expectations(eval);
}

}  // namespace

Result<Script> parse_script(std::string name, std::string_view text) {
  return ScriptParser(std::move(name), text).parse();
}

}  // namespace sluice::promqltest
