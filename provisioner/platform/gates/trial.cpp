// Lines of scripts, and what follows from them.

#include "provisioner/platform/gates/trial.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::gates {
namespace {

using base::Error;

constexpr std::array<const char*, 5> kinds = {"right", "wrong", "lacks", "fact", "note"};

Line line_of(const value::Value& said, std::string_view text) {
  for (std::size_t at = 0; at < kinds.size(); ++at) {
    const value::Value* what = said.find(kinds[at]);
    if (what == nullptr || !what->is_string()) continue;
    const auto kind = static_cast<Line::Kind>(at);
    return {.kind = kind,
            .what = what->text(),
            .on = value::text_or(said, "on", ""),
            .why = value::text_or(said, kind == Line::Kind::fact ? "value" : "why", ""),
            .hint = value::text_or(said, "hint", "")};
  }
  throw Error(base::Kind::failed, "the gate's script said '" + std::string(text) + "'");
}

std::string detail_of(const Line& line) {
  const std::string place = line.on.empty() ? "" : line.on + ": ";
  return place + (line.what.empty() ? "" : line.what + ": ") + line.why;
}

std::string more(std::size_t count) {
  return count < 2 ? "" : " (and " + std::to_string(count - 1) + " more)";
}

Verdict failed_by(const std::vector<Line>& wrongs) {
  const Line& first = wrongs.front();
  Verdict verdict{
      .result = Result::failed,
      .text = (first.on.empty() ? "" : first.on + ": ") + first.why + more(wrongs.size()),
      .hint = first.hint};
  for (const Line& line : wrongs) verdict.details.push_back(detail_of(line));
  return verdict;
}

Verdict not_run_by(const std::vector<Line>& lacks) {
  Verdict verdict{.result = Result::not_run,
                  .text = lacks.front().what + more(lacks.size()),
                  .hint = lacks.front().hint};
  for (const Line& line : lacks) verdict.details.push_back(line.what);
  return verdict;
}

}  // namespace

std::vector<Line> Trial::of(Line::Kind kind) const {
  std::vector<Line> some;
  std::ranges::copy_if(lines, std::back_inserter(some),
                       [&](const Line& line) { return line.kind == kind; });
  return some;
}

std::vector<Line> read_lines(std::string_view said, const std::string& node) {
  std::vector<Line> lines;
  for (const std::string_view text : base::lines_of(said)) {
    if (base::trim(text).empty()) continue;
    value::Value json;
    try {
      json = value::read_json(text);
    } catch (const Error&) {  // told below, with what stood there
    }
    lines.push_back(line_of(json, text));
    if (lines.back().on.empty()) lines.back().on = node;
  }
  return lines;
}

std::string with_instance(std::string hint, const std::string& instance) {
  for (const char* command : {"plan", "status", "up", "upgrade"}) {
    const std::string text = std::string("provisioner cluster ") + command;
    for (std::size_t at = 0; (at = hint.find(text, at)) != std::string::npos;) {
      at += text.size();
      if (at == hint.size() || hint[at] == ';' || hint[at] == ',') hint.insert(at, " " + instance);
    }
  }
  return hint;
}

std::string look_at_machine(const std::string& node) {
  return "ssh " + node + "; provisioner power " + node + " status";
}

Verdict judge_lines(const Trial& trial) {
  if (const auto wrongs = trial.of(Line::Kind::wrong); !wrongs.empty()) return failed_by(wrongs);
  if (!trial.failure.empty())
    return {.result = Result::not_run,
            .text = trial.failure,
            .hint = "look at the node and at the API: provisioner cluster status"};
  if (const auto lacks = trial.of(Line::Kind::lack); !lacks.empty()) return not_run_by(lacks);
  const std::size_t right = trial.of(Line::Kind::right).size();
  if (right == 0) return {.result = Result::not_run, .text = "nothing was tried"};
  std::vector<std::string> notes;
  for (const Line& line : trial.of(Line::Kind::note))
    if (std::ranges::find(notes, line.what) == notes.end()) notes.push_back(line.what);
  return {.result = Result::passed,
          .text = base::counted(right, "trial") + ", all as it must be" +
                  (notes.empty() ? "" : ": " + base::join(notes, "; "))};
}

Line right(std::string what, std::string on) {
  return {.kind = Line::Kind::right, .what = std::move(what), .on = std::move(on)};
}

Line wrong(std::string what, std::string why, std::string hint, std::string on) {
  return {.kind = Line::Kind::wrong,
          .what = std::move(what),
          .on = std::move(on),
          .why = std::move(why),
          .hint = std::move(hint)};
}

Line lacking(std::string why, std::string hint) {
  return {.kind = Line::Kind::lack, .what = std::move(why), .hint = std::move(hint)};
}

}  // namespace provisioner::gates
