// provisioner hostkeys scan, accept, list, retire.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/store/host_keys.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/table.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

struct Words {
  RunWords run;
  std::string pattern, fingerprint, note;
  bool takes_all = false;
};

const char* name_of(store::KeyState state) {
  switch (state) {
    case store::KeyState::expected:
      return "expected";
    case store::KeyState::pinned:
      return "pinned";
    case store::KeyState::retired:
      return "retired";
    case store::KeyState::revoked:
      return "revoked";
  }
  return "";
}

// Where a node's server is, by the inventory; a node that is in no inventory is its own address.
struct Place {
  std::string node, address, port;
};

std::string variable(const inventory::Inventory& inventory, const std::string& node,
                     std::initializer_list<const char*> names, const std::string& otherwise) {
  for (const char* name : names)
    if (const value::Value* found = inventory.variables(node).find(name))
      return value::Dict::key_text(*found);
  return otherwise;
}

std::vector<Place> places(const Words& words) {
  base::Diagnostics diagnostics;
  const run::Options options = run_options(words.run, AnsibleConfig::load(diagnostics));
  const inventory::Inventory inventory = inventory::Inventory::load(
      {options.inventories, {}}, vault_opener(options.vault_secrets), diagnostics);
  std::vector<Place> places;
  for (const std::string& node : inventory.select(words.pattern, diagnostics))
    places.push_back({node, variable(inventory, node, {"ansible_ssh_host", "ansible_host"}, node),
                      variable(inventory, node, {"ansible_ssh_port", "ansible_port"}, "22")});
  if (places.empty()) places.push_back({words.pattern, words.pattern, "22"});
  return places;
}

// What a server shows now, by ssh-keyscan. Nothing is trusted by it.
std::vector<store::HostKey> shown_keys(const Place& place) {
  const os::CommandResult result =
      os::run({.argv = {"ssh-keyscan", "-T", "5", "-p", place.port, "--", place.address},
               .deadline = std::chrono::seconds(30)});
  std::vector<store::HostKey> keys;
  for (const std::string_view line : base::lines_of(result.out)) {
    const auto words = base::split(line, ' ');
    if (line.starts_with('#') || words.size() < 3) continue;
    store::HostKey key;
    key.node = place.node;
    key.algorithm = words[1];
    key.blob = base::base64_decode(words[2]);
    key.fingerprint = transport::key_fingerprint(key.blob);
    keys.push_back(std::move(key));
  }
  if (keys.empty())
    throw Error(Kind::unreachable, place.node + ": no ssh server shows a key at " + place.address +
                                       " port " + place.port);
  return keys;
}

std::string state_here(const store::HostKeyStore& store, const store::HostKey& key) {
  const auto known = store.keys_of(key.node);
  for (const store::HostKey& one : known)
    if (one.blob == key.blob) return name_of(one.state);
  return known.empty() ? "not known" : "CHANGED";
}

int scan(const Words& words) {
  const store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  Table table({"NODE", "ALGORITHM", "FINGERPRINT", "STATE"});
  bool is_all_good = true;
  for (const Place& place : places(words))
    for (const store::HostKey& key : shown_keys(place)) {
      const std::string state = state_here(store, key);
      is_all_good = is_all_good && state == "pinned";
      table.add({key.node, key.algorithm, key.fingerprint, state});
    }
  table.print(std::cout);
  return is_all_good ? exit_fine : exit_not_so;
}

// Older good keys of the node step down, so that an old disk that comes back is seen.
void pin(store::HostKeyStore& store, store::HostKey key, const std::string& note) {
  for (store::HostKey old : store.keys_of(key.node)) {
    if (old.blob == key.blob || old.algorithm != key.algorithm) continue;
    if (old.state != store::KeyState::pinned && old.state != store::KeyState::expected) continue;
    old.state = store::KeyState::retired;
    old.changed_by = operator_name();
    old.changed_at.clear();
    store.put(old);
  }
  key.state = store::KeyState::pinned;
  key.changed_by = operator_name();
  key.note = note;
  store.put(key);
}

int accept(const Words& words) {
  store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  if (words.fingerprint.empty() && !words.takes_all)
    throw Error(Kind::usage, "which key is the right one has to be said")
        .set_hint(
            "compare what 'hostkeys scan' shows with the node's console, then give --fingerprint "
            "SHA256:...; --all takes what is shown, unseen");
  std::size_t taken = 0;
  for (const Place& place : places(words))
    for (store::HostKey& key : shown_keys(place)) {
      if (!words.takes_all && key.fingerprint != words.fingerprint) continue;
      pin(store, key, words.note);
      std::cout << key.node << ": pinned " << key.algorithm << " " << key.fingerprint << "\n";
      ++taken;
    }
  if (taken == 0)
    throw Error(Kind::refused,
                "no server shows the key " + words.fingerprint + ": nothing was accepted")
        .set_hint("see: provisioner hostkeys scan " + words.pattern);
  return exit_fine;
}

int list(const Words& words) {
  const store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  Table table({"NODE", "ALGORITHM", "FINGERPRINT", "STATE", "BY", "SINCE", "NOTE"});
  for (const store::HostKey& key : store.all())
    if (words.pattern.empty() || words.pattern == key.node)
      table.add({key.node, key.algorithm, key.fingerprint, name_of(key.state), key.changed_by,
                 key.changed_at, key.note});
  table.print(std::cout);
  return exit_fine;
}

int retire(const Words& words) {
  store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  std::size_t count = 0;
  for (store::HostKey key : store.keys_of(words.pattern)) {
    if (key.state == store::KeyState::retired ||
        (!words.fingerprint.empty() && key.fingerprint != words.fingerprint))
      continue;
    key.state = store::KeyState::retired;
    key.changed_by = operator_name();
    key.changed_at.clear();
    store.put(key);
    std::cout << key.node << ": retired " << key.algorithm << " " << key.fingerprint << "\n";
    ++count;
  }
  if (count == 0)
    throw Error(Kind::usage, "no such key of '" + words.pattern + "' is known")
        .set_hint("see: provisioner hostkeys list");
  return exit_fine;
}

}  // namespace

void add_hostkeys(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = command.add_subcommand(name, summary);
    added->allow_extras();
    added->callback([words, run, &action] { action = [words, run] { return run(*words); }; });
    return added;
  };
  const auto add_inventories = [&](CLI::App* added) {
    added
        ->add_option("-i,--inventory", words->run.inventories,
                     "inventory that says where the nodes are")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    added->add_option("nodes", words->pattern, "a node, or a pattern of the inventory")->required();
  };
  add_inventories(
      add("scan", "show the keys that servers show now, and what is known of them", scan));
  CLI::App* accepted = add("accept", "trust the key that a node shows now", accept);
  add_inventories(accepted);
  accepted->add_option("--fingerprint", words->fingerprint,
                       "the one that was read on the node's console");
  accepted->add_flag("--all", words->takes_all,
                     "whatever is shown (first contact in a network you trust)");
  accepted->add_option("--note", words->note, "why");
  add("list", "the keys that are known", list)
      ->add_option("node", words->pattern, "only of this node");
  CLI::App* retired =
      add("retire", "trust a node's key no more; when it shows up again, it is refused", retire);
  retired->add_option("node", words->pattern, "the node")->required();
  retired->add_option("--fingerprint", words->fingerprint, "only this key");
}

}  // namespace provisioner::cli
