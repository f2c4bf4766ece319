#include "promql/exec/label_functions.h"

#include <re2/re2.h>

#include "promql/exec/label_edit.h"
#include "promql/exec/series_merge.h"
#include "promql/value/failure.h"
#include "proto/model/regex.h"

namespace sluice::promql {
namespace {

// Prometheus 3 takes any UTF-8 as a label name.
bool valid_name(std::string_view name) { return !name.empty() && is_valid_utf8(name); }

// Go's regexp.Expand: $1, ${1}, $name, ${name}, $$; what does not exist expands to nothing.
class Template {
 public:
  Template(const re2::RE2& regex, std::string_view text) : groups_(regex.NamedCapturingGroups()), text_(text) {}

  std::string expand(const std::vector<re2::StringPiece>& captures) const {
    std::string out;
    for (std::size_t i = 0; i < text_.size();) {
      if (text_[i] != '$') {
        out += text_[i++];
      } else if (i + 1 < text_.size() && text_[i + 1] == '$') {
        out += '$';
        i += 2;
      } else if (std::string_view name; const std::size_t length = reference(text_.substr(i), name)) {
        append(out, name, captures);
        i += length;
      } else {
        out += text_[i++];  // a `$` that starts nothing stays
      }
    }
    return out;
  }

 private:
  static bool word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
  // The length of `$name` or `${name}` at the start of `text`; 0: neither.
  static std::size_t reference(std::string_view text, std::string_view& name) {
    const bool braced = text.size() > 1 && text[1] == '{';
    const std::size_t first = braced ? 2 : 1;
    std::size_t end = first;
    while (end < text.size() && word(text[end])) ++end;
    if (end == first || (braced && (end == text.size() || text[end] != '}'))) return 0;
    name = text.substr(first, end - first);
    return braced ? end + 1 : end;
  }
  void append(std::string& out, std::string_view name, const std::vector<re2::StringPiece>& captures) const {
    std::size_t group = captures.size();
    const bool leading_zero = name.size() > 1 && name[0] == '0';
    if (name.find_first_not_of("0123456789") == std::string_view::npos && !leading_zero) {
      group = name.size() > 8 ? captures.size() : std::stoul(std::string(name));
    } else if (const auto found = groups_.find(std::string(name)); found != groups_.end()) {
      group = static_cast<std::size_t>(found->second);
    }
    if (group < captures.size()) out.append(captures[group].data(), captures[group].size());
  }

  const std::map<std::string, int> groups_;
  const std::string_view text_;
};

class Replace final : public LabelEdit {
 public:
  Replace(std::string target, std::string replacement, std::string source, std::shared_ptr<const re2::RE2> regex)
      : target_(std::move(target)),
        replacement_(std::move(replacement)),
        source_(std::move(source)),
        regex_(std::move(regex)),
        template_(*regex_, replacement_) {}

  const std::string& target() const override { return target_; }
  bool edit(const SeriesLabels& labels, LabelRules& rules, std::string& value) const override {
    const std::string_view text = rules.get(labels, source_);
    std::vector<re2::StringPiece> captures(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1);
    if (!regex_->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::ANCHOR_BOTH,
                       captures.data(), static_cast<int>(captures.size())))
      return false;
    value = template_.expand(captures);
    return true;
  }

 private:
  const std::string target_, replacement_, source_;
  const std::shared_ptr<const re2::RE2> regex_;
  const Template template_;
};

class Join final : public LabelEdit {
 public:
  Join(std::string target, std::string separator, std::vector<std::string> sources)
      : target_(std::move(target)), separator_(std::move(separator)), sources_(std::move(sources)) {}

  const std::string& target() const override { return target_; }
  bool edit(const SeriesLabels& labels, LabelRules& rules, std::string& value) const override {
    value.clear();
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (i > 0) value += separator_;
      value += rules.get(labels, sources_[i]);
    }
    return true;
  }

 private:
  const std::string target_, separator_;
  const std::vector<std::string> sources_;
};

}  // namespace

Result<std::unique_ptr<LabelEdit>> make_label_replace(const std::string& target, const std::string& replacement,
                                                      const std::string& source, const std::string& regex) {
  auto compiled = compile_regex(regex);
  if (!compiled) return evaluation_failed("invalid regular expression in label_replace(): " + regex);
  if (!valid_name(target)) return evaluation_failed("invalid destination label name in label_replace(): " + target);
  return std::make_unique<Replace>(target, replacement, source, std::move(*compiled));
}

Result<std::unique_ptr<LabelEdit>> make_label_join(const std::string& target, const std::string& separator,
                                                   std::vector<std::string> sources) {
  for (const std::string& source : sources)
    if (!valid_name(source)) return evaluation_failed("invalid source label name in label_join(): " + source);
  if (!valid_name(target)) return evaluation_failed("invalid destination label name in label_join(): " + target);
  return std::make_unique<Join>(target, separator, std::move(sources));
}

bool is_label_function(std::string_view name) { return name == "label_replace" || name == "label_join"; }

SeriesLabels LabelFunction::edited(const SeriesLabels& labels) const {
  LabelRules& rules = context_.labels();
  std::string value;
  if (!edit_->edit(labels, rules, value)) return labels;
  const auto key = rules.visible_key(labels);
  std::vector<std::uint32_t> pairs(key.begin(), key.end());
  set_label(pairs, rules.symbols(), edit_->target(), value);
  // What is left of the name is no longer marked: in immediate mode it is gone already, and writing it clears the mark.
  const bool keeps_mark = rules.delayed() && edit_->target() != kMetricName;
  return {rules.maker().from_key(pairs), keeps_mark ? labels.drop : Drop::none};
}

Result<void> LabelFunction::fill(Batch& table) {
  SeriesMerge merge(context_, steps_);
  auto done = merge.add_all(*from_, [this](const SeriesLabels& labels) { return edited(labels); });
  if (done) merge.hand_out(table);
  return done;
}

}  // namespace sluice::promql
