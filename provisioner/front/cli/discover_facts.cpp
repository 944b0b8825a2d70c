// Facts of hardware: from nodes that answer, or from a file.

#include "provisioner/front/cli/discover_facts.h"

#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/machine/metal/stage_move.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

std::string look(Listening listening) {
  return std::string(
             "- hosts: all\n"
             "  gather_facts: false\n"
             "  become: true\n"
             "  tasks:\n"
             "    - setup: {gather_subset: ['!all', '!min', disks, parts") +
         (listening == Listening::yes ? ", lldp" : "") + "]}\n";
}

// What a file holds is one kind of look: what a boot for a re-image told of links is no part of it.
Value facts_in(const Value& entry, const Value& facts) {
  if (value::text_or(entry, "source", "") != store::seen_in_reimage) return facts;
  Dict without = facts.dict();
  without.erase("links");
  return without;
}

class FactsSink : public store::EventSink {
 public:
  void take(const store::Event& event) override {
    if (event.kind != store::EventKind::host_finished) return;
    if (const auto facts = facts_told(event)) {
      told.found[event.host] = *facts;
      return;
    }
    const Value* result = event.data.find("result");
    told.problems[event.host] = value::text_or(result == nullptr ? Value() : *result, "msg",
                                               "its facts could not be had");
  }

  ToldFacts told;
};

}  // namespace

void ToldFacts::add_problem(const std::string& node, const std::string& problem) {
  std::string& text = problems[node];
  text += (text.empty() ? "" : "; ") + problem;
}

void say_problems(const std::map<std::string, std::string>& problems) {
  for (const auto& [node, problem] : problems) std::cerr << node_line(node, problem) << "\n";
}

std::optional<Value> facts_told(const store::Event& event) {
  const Value* result = event.data.find("result");
  const Value* facts = result == nullptr ? nullptr : result->find("ansible_facts");
  if (facts == nullptr || !facts->is_dict()) return std::nullopt;
  constexpr std::string_view prefix = "ansible_";
  Dict own;
  for (const auto& [key, content] : facts->dict())
    if (key.is_string() && key.text().starts_with(prefix))
      own.set(key.text().substr(prefix.size()), content);
  return Value(std::move(own)).untrusted();
}

ToldFacts ask_over_ssh(const RunWords& words, const std::vector<std::string>& names,
                       Listening listening, const std::atomic<int>& stop) {
  FactsSink sink;
  ask_nodes(words, asking_options(words), look(listening), names, sink, stop);
  return std::move(sink.told);
}

ToldFacts read_facts(const std::string& path, const std::vector<NamedNode>& nodes) {
  const Value all = base::while_doing("reading the facts in '" + path + "'", {}, [&] {
    return value::read_json(os::require_file(path), path);
  });
  const auto refuse = [&](const std::string& what) {
    return Error(Kind::input, "'" + path + "' holds no facts of hardware: " + what)
        .set_hint("it is what 'provisioner discover NODES --json' prints");
  };
  if (!all.is_list()) throw refuse("expected a list");
  ToldFacts told;
  for (const Value& one : all.list()) {
    const std::string name = value::text_or(one, "node", "");
    const Value* facts = one.find("facts");
    if (name.empty() || facts == nullptr || !facts->is_dict())
      throw refuse("an entry has no 'node', or no dict 'facts'");
    told.found[name] = facts_in(one, *facts).untrusted();
  }
  std::map<std::string, Value> meant;
  for (const NamedNode& node : nodes) {
    if (!node.is_meant) continue;
    if (const auto found = told.found.find(node.name); found != told.found.end())
      meant.insert(*found);
    else
      told.problems[node.name] = "'" + path + "' holds nothing of it";
  }
  told.found = std::move(meant);
  return told;
}

void keep_facts(store::NodeRecords& records, const ToldFacts& told, const std::string& source) {
  for (const auto& [node, facts] : told.found) {
    records.put_hardware({node, {}, source, facts});
    // What a file says of a machine proves nothing.
    if (source != "file" && !records.state(node))
      metal::move_node(records, node, metal::Stage::discovered, "", operator_name());
  }
}

}  // namespace provisioner::cli
