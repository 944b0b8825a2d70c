// provisioner instance list, show, diff, promote.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/hidden_secrets.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/instance_held.h"
#include "provisioner/front/cluster/instance_lock_file.h"
#include "provisioner/front/cluster/instance_proof.h"
#include "provisioner/front/cluster/known_instances.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/platform/instance/differences.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using cli::Action;
using value::Dict;
using value::List;
using value::Value;

constexpr std::size_t longest_cell = 72;

struct Words {
  cli::RunWords run;
  std::string instance, other;
  bool is_json = false;
};

// One line of a value, short enough for a table, and nothing of what was under a vault.
std::string cell_of(const Value& value) {
  const std::string text =
      base::redact(value.is_string() ? value.text() : value::write_json(value));
  if (text.size() <= longest_cell) return text;
  std::size_t end = longest_cell - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string shown(const cluster::InstanceValue& one) {
  if (one.is_sealed) return "(sealed)";
  const std::string cell = cell_of(cli::with_hidden_secrets(one.name, one.value));
  return one.is_wrong ? "(" + cell + ")" : cell;
}

// As a value for JSON: what is secret is not in it.
Value told_value(const cluster::InstanceValue& one) {
  if (one.is_sealed) return "(sealed)";
  const Value seen = cli::with_hidden_secrets(one.name, one.value);
  return value::read_json(base::redact(value::write_json(seen)));
}

// "yes", "-", and what is told elsewhere of one that is none.
std::string has_lock_text(const cli::LoadedInventory& loaded, const cluster::KnownInstance& one) {
  try {
    return cluster::lock_file(loaded, one.name).lock ? "yes" : "-";
  } catch (const Error&) {
    return "unreadable";
  }
}

std::string gates_text(const std::optional<cluster::ProofObjection>& objection) {
  if (!objection) return "green";
  return objection->is_unreadable ? "unreadable" : "not proved";
}

// One whose record is broken does not keep the others from being told.
int list(const Words& words) {
  const cli::LoadedInventory loaded(words.run);
  cli::Table table({"INSTANCE", "PLATFORM", "SITE", "STAGE", "NODES", "DOMAIN", "GATES", "LOCK"});
  List items;
  std::vector<std::string> problems;
  for (const cluster::KnownInstance& one : cluster::known_instances(loaded)) {
    const auto objection = cluster::proof_objection(loaded, one);
    const std::string lock = has_lock_text(loaded, one);
    if (objection && objection->is_unreadable) problems.push_back(objection->text);
    table.add({one.name, one.platform, one.site, one.stage, std::to_string(one.nodes.size()),
               one.domain, gates_text(objection), lock});
    items.emplace_back(Dict{{"name", one.name},
                            {"platform", one.platform},
                            {"site", one.site},
                            {"stage", one.stage},
                            {"nodes", List(one.nodes.begin(), one.nodes.end())},
                            {"domain", one.domain},
                            {"is_proved", !objection},
                            {"objection", objection ? objection->text : ""},
                            {"has_lock", lock != "-"}});
  }
  if (words.is_json)
    cli::print_json(Value(Dict{{"instances", std::move(items)}}));
  else
    table.print(std::cout);
  for (const std::string& problem : problems) cli::say("warning: " + base::one_line(problem));
  return cli::exit_fine;
}

int show(const Words& words) {
  const cli::LoadedInventory loaded(words.run);
  const std::vector<cluster::KnownInstance> all = cluster::known_instances(loaded);
  const cluster::KnownInstance& one = cluster::instance_named(all, words.instance);
  const std::vector<std::string> departed = cluster::departures_of(loaded, one);
  cli::Table table({"VARIABLE", "VALUE", "WHERE"});
  List items;
  for (const cluster::InstanceValue& value : cluster::values_of(loaded, one)) {
    table.add({value.name, shown(value), value.pos.text()});
    items.emplace_back(Dict{{"name", value.name},
                            {"value", told_value(value)},
                            {"layer", value.layer},
                            {"where", value.pos.text()}});
  }
  if (words.is_json) {
    cli::print_json(Value(Dict{{"instance", one.name},
                               {"first", one.first},
                               {"nodes", List(one.nodes.begin(), one.nodes.end())},
                               {"values", std::move(items)},
                               {"departures", List(departed.begin(), departed.end())}}));
    return cli::exit_fine;
  }
  std::vector<std::string> what = {one.platform};
  for (const std::string& word : {one.site, one.stage})
    if (!word.empty()) what.push_back(word);
  std::cout << "'" << one.name << "': " << base::join(what, ", ") << "; as its node '" << one.first
            << "' has it\n";
  table.print(std::cout);
  for (const std::string& text : departed)
    std::cout << "remark: " << base::escape_for_terminal(text) << "\n";
  return cli::exit_fine;
}

Dict compared_values(const cli::LoadedInventory& loaded, const cluster::KnownInstance& one) {
  Dict values;
  for (const cluster::InstanceValue& value : cluster::values_of(loaded, one))
    values.set(value.name, value.is_wrong ? Value(shown(value)) : told_value(value));
  values.set("nodes", static_cast<std::int64_t>(one.nodes.size()));
  return values;
}

int diff(const Words& words) {
  const cli::LoadedInventory loaded(words.run);
  const std::vector<cluster::KnownInstance> all = cluster::known_instances(loaded);
  const cluster::KnownInstance& left = cluster::instance_named(all, words.instance);
  const cluster::KnownInstance& right = cluster::instance_named(all, words.other);
  const auto found =
      instance::differences(compared_values(loaded, left), compared_values(loaded, right));
  cli::Table table({"VARIABLE", left.name, right.name});
  List items;
  for (const instance::Difference& one : found) {
    table.add(
        {one.path, one.left ? cell_of(*one.left) : "-", one.right ? cell_of(*one.right) : "-"});
    Dict item{{"path", one.path}};
    if (one.left) item.set("left", *one.left);
    if (one.right) item.set("right", *one.right);
    items.emplace_back(std::move(item));
  }
  if (words.is_json)
    cli::print_json(
        Value(Dict{{"left", left.name}, {"right", right.name}, {"differences", std::move(items)}}));
  else if (found.empty())
    std::cout << "'" << left.name << "' and '" << right.name << "' are alike\n";
  else
    table.print(std::cout);
  return found.empty() ? cli::exit_fine : cli::exit_not_so;
}

int promote(const Words& words) {
  const cli::LoadedInventory loaded(words.run);
  const std::vector<cluster::KnownInstance> all = cluster::known_instances(loaded);
  const cluster::KnownInstance& from = cluster::instance_named(all, words.instance);
  const cluster::KnownInstance& to = cluster::instance_named(all, words.other);
  if (from.name == to.name) throw Error(Kind::usage, "'" + from.name + "' cannot follow itself");
  if (from.platform != to.platform)
    throw Error(Kind::refused, "'" + from.name + "' is for " + from.platform + " and '" + to.name +
                                   "' for " + to.platform + ": the one says nothing of the other");
  if (const auto objection = cluster::proof_objection(loaded, from))
    throw Error(Kind::refused, objection->text).set_hint("provisioner gates run " + from.name);
  instance::InstanceLock lock = cluster::versions_now(loaded, from);
  lock.of = cluster::lock_owner(loaded, to.name);
  lock.gates = os::utc_text(cluster::gates_record(from.name)->finished);
  const cluster::LockFile before = cluster::lock_file(loaded, to.name);
  const std::string &path = before.path, text = instance::text_of(lock);
  const bool is_same = before.text == text;
  os::make_directories(os::parent_of(path));
  if (!is_same) os::write_file(path, text);
  const std::vector<std::string> departed =
      instance::departures(lock, cluster::versions_now(loaded, to));
  if (words.is_json) {
    cli::print_json(Value(Dict{{"from", from.name},
                               {"to", to.name},
                               {"file", path},
                               {"changed", !is_same},
                               {"lock", instance::versions_of(lock)},
                               {"departures", List(departed.begin(), departed.end())}}));
    return cli::exit_fine;
  }
  std::cout << path << (is_same ? ": as it was" : ": written; review and commit it") << "\n";
  for (const std::string& one : departed)
    std::cout << "to do in '" << to.name << "': " << base::escape_for_terminal(one) << "\n";
  return cli::exit_fine;
}

}  // namespace

void add_instance(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = cli::add_command(command, action, words, name, summary, run);
    cli::add_inventory_options(*added, words->run, "inventory");
    added->add_flag("--json", words->is_json, "as JSON");
    return added;
  };
  add("list", "all instances: platform, site, stage, nodes, and whether their gates are green",
      list);
  cli::add_instance_option(
      *add("show", "what makes an instance what it is, each value with its place", show),
      words->instance);
  CLI::App* compared = add("diff", "where two instances differ; exit status 2 where they do", diff);
  compared->add_option("instance", words->instance, "one of them")->required();
  compared->add_option("other", words->other, "the other one")->required();
  CLI::App* promoted = add("promote",
                           "hold an instance to what was proved in another: versions, images by "
                           "digest, charts",
                           promote);
  promoted->add_option("from", words->instance, "whose gates are green")->required();
  promoted->add_option("to", words->other, "whose lock is written")->required();
}

}  // namespace provisioner::platform
