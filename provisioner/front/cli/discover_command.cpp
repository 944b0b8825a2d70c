// provisioner discover NODES.

#include <CLI/CLI.hpp>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/engine/run/engine.h"
#include "provisioner/engine/transport/greeting.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/reimage_run.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/machine/metal/life_cycle.h"
#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

struct Words : NodeWords {
  std::string images;
  bool boots = false, is_json = false;
};

constexpr const char* look =
    "- hosts: all\n"
    "  gather_facts: false\n"
    "  become: true\n"
    "  tasks:\n"
    "    - setup: {gather_subset: ['!all', '!min', disks, parts]}\n";

// What the module told, under the gatherers' own names.
class FactsSink : public store::EventSink {
 public:
  void take(const store::Event& event) override {
    if (event.kind != store::EventKind::host_finished) return;
    const Value* result = event.data.find("result");
    const Value* facts = result == nullptr ? nullptr : result->find("ansible_facts");
    if (facts == nullptr || !facts->is_dict()) {
      problems[event.host] = value::text_or(event.data, "error", "its facts could not be had");
      return;
    }
    constexpr std::string_view prefix = "ansible_";
    Dict own;
    for (const auto& [key, content] : facts->dict())
      if (key.is_string() && key.text().starts_with(prefix))
        own.set(key.text().substr(prefix.size()), content);
    found[event.host] = Value(std::move(own)).untrusted();
  }

  std::map<std::string, Value> found;
  std::map<std::string, std::string> problems;
};

// Asks nodes over SSH, in check mode: nothing on them is changed or locked.
FactsSink ask_over_ssh(const Words& given, const std::vector<std::string>& names) {
  const os::TemporaryDirectory directory;
  RunWords words = given.run;
  words.playbooks = {directory.path() + "/look.yml"};
  os::write_file(words.playbooks.front(), look);
  words.limit = base::join(names, ",");
  words.check = true;
  base::Diagnostics diagnostics;
  LoadedRun loaded(words, run_options(words, AnsibleConfig::load(diagnostics), diagnostics),
                   diagnostics);
  diagnostics.throw_if_any();
  store::HostKeyStore key_store = store::HostKeyStore::open(state_directory());
  transport::HostKeyPolicy host_keys(key_store);
  FactsSink sink;
  std::atomic<int> stop_wish = 0;
  run::run_playbooks({loaded.options(), loaded.inventory(), loaded.playbooks(), loaded.library(),
                      loaded.surroundings(), host_keys, nullptr, {}, {}, {&sink},
                      os::system_clock(), stop_wish, {}});
  return sink;
}

void keep(store::NodeRecords& records, const std::string& node, const Value& facts) {
  records.put_hardware({node, {}, "ssh", facts});
  if (!records.state(node))
    records.put_state(
        {node, std::string(name_of(metal::Stage::discovered)), "", operator_name(), {}});
}

void show_disks(const store::NodeRecords& records, const std::vector<NamedNode>& nodes) {
  Table table({"NODE", "DISK", "SIZE", "SERIAL", "WWN", "MODEL", "SEEN"});
  for (const NamedNode& node : nodes) {
    const auto hardware = records.hardware(node.name);
    if (!hardware) continue;
    for (const reimage::FoundDisk& disk : reimage::found_disks(hardware->facts))
      table.add({node.name, disk.name, std::to_string(disk.size / 1'000'000'000) + " GB",
                 disk.serial, disk.wwn, disk.model,
                 os::utc_text(hardware->time).substr(0, 19) + "Z by " + hardware->source});
  }
  table.print(std::cout);
}

int discover(const Words& words) {
  const auto nodes = named_nodes(words, planned_variables());
  if (!nodes) return exit_usage;
  std::vector<std::string> addresses, awake;
  std::vector<NamedNode> silent;
  for (const NamedNode& node : *nodes) addresses.push_back(node.ssh_address());
  const std::vector<bool> answers = transport::answer_ssh(addresses, std::chrono::seconds(2));
  for (std::size_t at = 0; at < nodes->size(); ++at) {
    if (answers[at])
      awake.push_back(nodes->at(at).name);
    else
      silent.push_back(nodes->at(at));
  }
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  std::map<std::string, std::string> problems;
  if (!awake.empty()) {
    const FactsSink sink = ask_over_ssh(words, awake);
    for (const auto& [node, facts] : sink.found) keep(records, node, facts);
    problems = sink.problems;
  }
  if (!silent.empty() && words.boots) {
    const auto told = look_from_ram_disk(silent, words.images);
    for (std::size_t at = 0; at < silent.size(); ++at)
      if (!told[at].empty()) problems[silent[at].name] = told[at];
  } else {
    for (const NamedNode& node : silent)
      problems[node.name] = "no SSH server answers; --boot looks from the RAM disk: a power cycle";
  }
  if (words.is_json) {
    value::List all;
    for (const NamedNode& node : *nodes)
      if (const auto hardware = records.hardware(node.name))
        all.emplace_back(Dict{{"node", node.name},
                              {"seen", os::utc_text(hardware->time)},
                              {"source", hardware->source},
                              {"facts", hardware->facts}});
    print_json(Value(std::move(all)));
  } else {
    show_disks(records, *nodes);
  }
  for (const auto& [node, problem] : problems) std::cerr << node << ": " << problem << "\n";
  return problems.empty() ? exit_fine : exit_not_so;
}

}  // namespace

void add_discover(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  add_node_words(command, *words, "nodes");
  command.add_flag("--boot", words->boots,
                   "boot nodes that do not answer into the RAM disk: a power cycle");
  command.add_option("--images", words->images, "where images are kept");
  command.add_flag("--json", words->is_json, "all that was found, as JSON");
  command.callback([words, &action] { action = [words] { return discover(*words); }; });
}

}  // namespace provisioner::cli
