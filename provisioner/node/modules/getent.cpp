// getent: entries of the node's databases of names, as facts.
#include <fmt/format.h>

#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

using value::Dict;
using value::List;
using value::Value;

List words_of(std::string_view line, const std::string& separator) {
  List words;
  if (!separator.empty()) {
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find(separator, begin), line.size());
      words.emplace_back(line.substr(begin, end - begin));
      begin = end + separator.size();
    }
    return words;
  }
  for (const std::string& word : base::split(base::replace_all(std::string(line), "\t", " "), ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

// A key that is there several times has the list of its entries.
Dict entries_of(const std::string& text, const std::string& separator) {
  Dict entries;
  std::map<std::string, int> seen;
  for (const std::string_view line : base::lines_of(text)) {
    List words = words_of(line, separator);
    if (words.empty()) continue;
    const std::string key = words.front().text();
    words.erase(words.begin());
    const int count = ++seen[key];
    if (count == 1) {
      entries.set(key, std::move(words));
      continue;
    }
    List all = count == 2 ? List{*entries.find(key)} : entries.find(key)->list();
    all.emplace_back(std::move(words));
    entries.set(key, std::move(all));
  }
  return entries;
}

std::string separator_for(const Arguments& arguments) {
  const std::string database = arguments.text("database");
  if (arguments.has("split")) return arguments.text("split");
  const bool has_colons =
      database == "passwd" || database == "shadow" || database == "group" || database == "gshadow";
  return has_colons ? ":" : "";
}

wire::Plan facts(const std::string& database, Dict entries) {
  wire::Plan plan;
  plan.verdict = wire::Verdict::read;
  Dict facts;
  facts.set("getent_" + database, std::move(entries));
  plan.result.set("ansible_facts", std::move(facts));
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string database = arguments.text("database"), key = arguments.text("key");
  std::vector<std::string> argv = {"getent", database};
  if (arguments.has("key")) argv.push_back(key);
  if (arguments.has("service")) argv.insert(argv.end(), {"-s", arguments.text("service")});
  const host::CommandResult answer = view.query(argv);
  if (answer.status == 0) return facts(database, entries_of(answer.out, separator_for(arguments)));
  if (answer.status == 1) return failed("Missing arguments, or database unknown.");
  if (answer.status == 3) return failed("Enumeration not supported on this database.");
  if (answer.status != 2) return failed("Unexpected failure!");
  const std::string missing = "One or more supplied key could not be found in the database.";
  if (arguments.boolean("fail_key")) return failed(missing);
  Dict nothing;
  nothing.set(key, Value());
  wire::Plan plan = facts(database, std::move(nothing));
  plan.result.set("msg", missing);
  return plan;
}

}  // namespace

extern const Module getent_module{
    .spec = {.name = "getent",
             .summary = "entries of the node's databases of names, as facts",
             .kind = ModuleKind::read,
             .parameters = {{.name = "database", .required = true},
                            {.name = "key"},
                            {.name = "service"},
                            {.name = "split"},
                            {.name = "fail_key", .type = Type::boolean, .fallback = "yes"}}},
    .check = check};

}  // namespace provisioner::modules
