// How gates came out, for programs.

#include "provisioner/platform/gates/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::gates {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value waivers_in(const Record& record) {
  List waivers;
  for (const Outcome& one : record.outcomes)
    if (one.waiver)
      waivers.emplace_back(Dict{{"gate", one.id},
                                {"name", one.waiver->name},
                                {"reason", one.waiver->reason},
                                {"until", one.waiver->until}});
  return waivers;
}

Value as_value(const Outcome& one) {
  return Dict{{"id", one.id},
              {"name", one.name},
              {"result", std::string(name_of(one.verdict.result))},
              {"blocks", one.blocks()},
              {"ran_on", List(one.ran_on.begin(), one.ran_on.end())},
              {"text", one.verdict.text},
              {"details", List(one.verdict.details.begin(), one.verdict.details.end())},
              {"hint", one.verdict.hint},
              {"seconds", one.seconds}};
}

// Text of an attribute. XML knows no control characters, however they are written.
std::string xml(std::string_view text) {
  std::string escaped;
  for (const char letter : base::escape_for_terminal(text)) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::string case_of(const Outcome& one, const std::string& instance) {
  std::string text =
      fmt::format("  <testcase classname=\"gates.{}\" name=\"{} {}\" time=\"{:.1f}\">",
                  xml(instance), xml(one.id), xml(one.name), one.seconds);
  if (one.blocks())
    text +=
        fmt::format("<failure type=\"{}\" message=\"{}\">{}</failure>", name_of(one.verdict.result),
                    xml(one.verdict.text), xml(base::join(one.verdict.details, "\n")));
  else if (one.waiver)
    text += fmt::format("<skipped message=\"{}: {}; waived by {} until {}: {}\"/>",
                        name_of(one.verdict.result), xml(one.verdict.text), xml(one.waiver->name),
                        xml(one.waiver->until), xml(one.waiver->reason));
  return text + "</testcase>\n";
}

}  // namespace

void waive(Outcome& outcome, const std::vector<Waiver>& waivers, const std::string& today) {
  const Waiver* found = waiver_of(waivers, outcome.id);
  if (found == nullptr || outcome.verdict.result == Result::passed) return;
  if (outcome.verdict.result == Result::failed && !found->covers_failure) {
    outcome.verdict.details.push_back("the waiver of " + found->name +
                                      " is for what does not run, and this failed");
    return;
  }
  (found->until < today ? outcome.expired : outcome.waiver) = *found;
  if (outcome.expired)
    outcome.verdict.details.push_back("the waiver of " + found->name + " ended on " + found->until +
                                      ": " + found->reason);
}

bool Record::is_passed() const {
  return !outcomes.empty() && std::ranges::none_of(outcomes, &Outcome::blocks);
}

Value as_value(const Record& record) {
  List outcomes;
  for (const Outcome& one : record.outcomes) outcomes.push_back(as_value(one));
  return Dict{{"instance", record.instance},
              {"finished", record.finished},
              {"passed", record.is_passed()},
              {"whole", record.is_whole},
              {"deployed", record.moment == Moment::deployed},
              {"lock", record.lock},
              {"waivers", waivers_in(record)},
              {"gates", std::move(outcomes)}};
}

std::string as_junit(const Record& record) {
  const auto& all = record.outcomes;
  double seconds = 0;
  for (const Outcome& one : all) seconds += one.seconds;
  const auto blocking = std::ranges::count_if(all, &Outcome::blocks);
  const auto waived =
      std::ranges::count_if(all, [](const Outcome& one) { return one.waiver.has_value(); });
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"gates {}\" tests=\"{}\" "
      "failures=\"{}\" skipped=\"{}\" time=\"{:.1f}\" timestamp=\"{}\">\n",
      xml(record.instance), all.size(), blocking, waived, seconds, xml(record.finished));
  for (const Outcome& one : all) text += case_of(one, record.instance);
  return text + "</testsuite>\n";
}

}  // namespace provisioner::gates
