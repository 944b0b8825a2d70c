// provisioner handoff lint: known traps of values files.

#include "provisioner/front/platform/handoff_lint.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/platform/lint/lint.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using lint::Chart;
using lint::Finding;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  std::vector<std::string> files;
  std::string chart;
  bool is_json = false;
};

constexpr std::size_t largest_file = 16 << 20;  // that is read as YAML
// Of one rule; more say nothing new, and nobody reads them.
constexpr std::size_t most_shown = 50, most_in_json = 1000;

std::string text_in(const std::string& file) {
  if (file == "-")
    return os::read_to_end(os::Descriptor(::dup(STDIN_FILENO)), "the standard input", largest_file);
  try {
    return os::require_regular_file(file, largest_file).bytes;
  } catch (Error& error) {
    if (error.hint().empty()) error.set_hint("name a file, or - for the standard input");
    throw;
  }
}

// Several files are one, as helm takes them.
Value values_of(const std::vector<std::string>& files) {
  Value all{Dict{}};
  base::Diagnostics found;
  for (const std::string& file : files) {
    const Value values = value::read_yaml(base::register_source(file, text_in(file)), found);
    if (values.is_none()) continue;
    if (!values.is_dict())
      throw Error(Kind::input,
                  "a values file is a dict, found " + std::string(value::name_of(values.kind())),
                  values.pos());
    const bool is_first = all.dict().is_empty();
    all = is_first ? values : lint::merged(all, values);
  }
  cli::tell_warnings(found);
  return all;
}

Chart chart_meant(const std::string& name, const Value& values) {
  if (name.empty()) return lint::chart_of(values);
  if (const auto chart = lint::chart_named(name)) return *chart;
  const std::vector<std::string> names = lint::chart_names();
  const std::string near = base::suggestion(name, names);
  throw Error(Kind::usage, "there are no rules for a chart '" + name + "'")
      .set_hint(near.empty() ? "one of: " + base::join(names, ", ") : near);
}

Value as_value(const Finding& finding) {
  return Dict{{"rule", finding.rule},
              {"file", finding.pos.source.source().name},
              {"line", std::int64_t{finding.pos.line}},
              {"column", std::int64_t{finding.pos.column}},
              {"because", finding.because},
              {"fix", finding.fix}};
}

// Those that are told, of each rule the first, and how many others each has.
struct Told {
  std::vector<Finding> findings;
  std::map<std::string, std::size_t> more = {};
};

Told first_of_each(const std::vector<Finding>& findings, std::size_t most) {
  Told told;
  std::map<std::string, std::size_t> counts;
  for (const Finding& finding : findings)
    if (++counts[finding.rule] <= most)
      told.findings.push_back(finding);
    else
      ++told.more[finding.rule];
  return told;
}

void tell(const std::vector<Finding>& findings, Chart chart) {
  const Told told = first_of_each(findings, most_shown);
  for (const Finding& finding : told.findings)
    std::cout << Error(Kind::input, finding.because, finding.pos)
                     .set_hint(finding.fix)
                     .render(finding.rule)
              << "\n\n";
  for (const auto& [rule, count] : told.more)
    std::cout << rule << ": " << count << " more like these\n";
  const std::string what =
      chart == Chart::other ? "rules for any chart" : "rules for " + std::string(name_of(chart));
  std::cout << (findings.empty() ? "no known trap" : base::counted(findings.size(), "trap")) << " ("
            << what << ")\n";
}

int run_lint(const Words& words) {
  const Value values = values_of(words.files);
  const Chart chart = chart_meant(words.chart, values);
  const std::vector<Finding> findings = lint::lint(values, chart);
  if (words.is_json) {
    const Told told = first_of_each(findings, most_in_json);
    List list;
    for (const Finding& finding : told.findings) list.push_back(as_value(finding));
    Dict more;
    for (const auto& [rule, count] : told.more) more.set(rule, static_cast<std::int64_t>(count));
    cli::print_json(Value(Dict{{"chart", std::string(name_of(chart))},
                               {"findings", std::move(list)},
                               {"more", std::move(more)}}));
  } else {
    tell(findings, chart);
  }
  return findings.empty() ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace

void add_handoff_lint(CLI::App& handoff, cli::Action& action) {
  const auto words = std::make_shared<Words>();
  CLI::App* added = cli::add_command(
      handoff, action, words, "lint",
      "known traps of values files, each with its cause and the way out; exit status 2 where there "
      "is one",
      run_lint);
  added
      ->add_option("file", words->files,
                   "values files, - for the standard input; several are one, as helm's -f -f takes "
                   "them")
      ->required();
  added->add_option("--chart", words->chart,
                    "what they are for: gen3, observability, alloy, faro-collector, "
                    "cluster-level-resources, other; else it is told by their keys");
  added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::platform
