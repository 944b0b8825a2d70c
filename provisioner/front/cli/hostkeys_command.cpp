// provisioner hostkeys scan, accept, list, retire.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/store/host_keys.h"
#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "provisioner/engine/transport/ssh_settings.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

struct Words {
  RunWords run;
  std::string pattern, fingerprint, note;
  bool takes_all = false, is_json = false;
};

// A node's server as a run would find it.
struct Place {
  std::string node;
  transport::SshSettings settings;
};

// The nodes that are meant, and where the inventory says that their servers are.
class Nodes {
 public:
  explicit Nodes(const Words& words)
      : options_(run_options(words.run, AnsibleConfig::load(found_), found_)),
        surroundings_(options_.vault_secrets),
        templar_(surroundings_) {
    world_.options = &options_;
    world_.inventory = std::make_shared<const inventory::Inventory>(inventory::Inventory::load(
        {options_.inventories, {}}, vault_opener(options_.vault_secrets), found_));
    world_.templar = &templar_;
    world_.playbook_directory = os::absolute(".");
    world_.inventory_sources = options_.inventories;
    surroundings_.set_world(&world_);
    names_ = world_.inventory->select(words.pattern, found_);
    if (names_.empty()) names_.push_back(words.pattern);
  }
  Nodes(const Nodes&) = delete;
  Nodes& operator=(const Nodes&) = delete;

  const std::vector<std::string>& names() const { return names_; }

  // A node that is in no inventory is its own address. Nullopt for one that no run would reach by
  // ssh; throws Error for one whose variables do not say where it is.
  std::optional<Place> place_of(const std::string& node) const {
    run::TaskScope scope(world_, node, nullptr);
    auto [endpoint, access] = base::while_doing("looking where '" + node + "' is", {},
                                                [&] { return run::server_settings(scope, node); });
    const inventory::Host* host = world_.inventory->host(node);
    if (host != nullptr && host->is_implicit) {
      endpoint.kind = transport::Endpoint::Kind::ssh;
      endpoint.address = node;
    }
    if (endpoint.kind == transport::Endpoint::Kind::local) return std::nullopt;
    return Place{node, transport::ssh_settings(endpoint, access)};
  }

 private:
  base::Diagnostics found_;
  run::Options options_;
  run::RunSurroundings surroundings_;
  jinja::Templar templar_;
  run::World world_;
  std::vector<std::string> names_;
};

// What a server shows now, by ssh-keyscan. Nothing is trusted by it.
std::vector<store::HostKey> shown_keys(const Place& place) {
  const std::string port = std::to_string(place.settings.port);
  const os::CommandResult result =
      os::run({.argv = {"ssh-keyscan", "-T", "5", "-p", port, "--", place.settings.address},
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
    throw Error(Kind::unreachable, place.node + ": no ssh server shows a key at " +
                                       place.settings.address + " port " + port)
        .set_hint(
            "behind a jump host? begin a run: the refusal tells the fingerprint, and that is "
            "enough for 'hostkeys accept'");
  return keys;
}

// Does something with every node that has a server. What is wrong with one is no reason to leave
// the others out: the answer is what went wrong.
std::vector<Error> for_each_server(const Words& words,
                                   const std::function<void(const Place&)>& body) {
  std::vector<Error> problems;
  const Nodes nodes(words);
  for (const std::string& node : nodes.names()) try {
      if (const std::optional<Place> place = nodes.place_of(node))
        body(*place);
      else
        std::cerr << node << ": its tasks run on this machine, no ssh server is asked\n";
    } catch (const Error& error) {
      problems.push_back(error);
    }
  return problems;
}

void print(const std::vector<Error>& problems) {
  for (const Error& problem : problems) std::cerr << problem.render() << "\n";
}

// What is known of a key: by our own store, and by the known_hosts files that a run would read.
std::string word_on(const store::HostKey& key, const Place& place,
                    transport::HostKeyPolicy& policy) {
  const transport::SshSettings& settings = place.settings;
  return policy.word_on({place.node, settings.address, settings.port, key.algorithm, key.blob},
                        settings.host_keys);
}

// Whether a run would take this node for who it says it is.
bool is_trusted(const std::vector<std::string>& words) {
  const auto is_good = [](const std::string& word) {
    return word == "pinned" || word == "expected" || word.starts_with("in ");
  };
  return std::ranges::any_of(words, is_good) &&
         std::ranges::all_of(
             words, [&](const std::string& word) { return is_good(word) || word == "not known"; });
}

int scan(const Words& words) {
  store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  transport::HostKeyPolicy policy(store);
  Table table({"NODE", "ALGORITHM", "FINGERPRINT", "STATE"});
  bool is_all_good = true;
  const std::vector<Error> problems = for_each_server(words, [&](const Place& place) {
    std::vector<std::string> states;
    for (const store::HostKey& key : shown_keys(place)) {
      states.push_back(word_on(key, place, policy));
      table.add({key.node, key.algorithm, key.fingerprint, states.back()});
    }
    is_all_good = is_all_good && is_trusted(states);
  });
  table.print(std::cout);
  print(problems);
  return is_all_good && problems.empty() ? exit_fine : exit_not_so;
}

void retire(store::HostKeyStore& store, store::HostKey key) {
  key.state = store::KeyState::retired;
  key.changed_by = operator_name();
  key.changed_at.clear();
  store.put(key);
  std::cout << key.node << ": retired " << key.algorithm << " " << key.fingerprint << "\n";
}

// Where a key takes the place of another, the node was made anew: all that it does not show any
// more step down, so that an old disk that comes back is seen.
void pin(store::HostKeyStore& store, const std::vector<store::HostKey>& accepted,
         const std::vector<store::HostKey>& shown, const std::string& note) {
  const auto is_among = [](const std::vector<store::HostKey>& keys, const store::HostKey& key) {
    return std::ranges::any_of(keys,
                               [&](const store::HostKey& one) { return one.blob == key.blob; });
  };
  std::vector<store::HostKey> old;
  bool is_new_node = false;
  for (const store::HostKey& key : store.keys_of(accepted.front().node)) {
    if (!is_good(key.state) || is_among(accepted, key) || is_among(shown, key)) continue;
    old.push_back(key);
    is_new_node = is_new_node || std::ranges::any_of(accepted, [&](const store::HostKey& one) {
                    return one.algorithm == key.algorithm;
                  });
  }
  if (is_new_node)
    for (const store::HostKey& key : old) retire(store, key);
  for (store::HostKey key : accepted) {
    key.state = store::KeyState::pinned;
    key.changed_by = operator_name();
    key.changed_at.clear();
    key.note = note;
    store.put(key);
    std::cout << key.node << ": pinned " << key.algorithm << " " << key.fingerprint << "\n";
  }
}

// A refused run has noted it: no server need be asked, which may be behind a jump host.
bool accept_noted(store::HostKeyStore& store, const Words& words) {
  for (const store::HostKey& key : store.keys_of(words.pattern))
    if (key.state == store::KeyState::shown && key.fingerprint == words.fingerprint) {
      pin(store, {key}, {}, words.note);
      return true;
    }
  return false;
}

int accept(const Words& words) {
  store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  if (words.fingerprint.empty() && !words.takes_all)
    throw Error(Kind::usage, "which key is the right one has to be said")
        .set_hint(
            "compare what 'hostkeys scan' shows with the node's console, then give --fingerprint "
            "SHA256:...; --all takes what is shown, unseen");
  if (!words.takes_all && accept_noted(store, words)) return exit_fine;
  std::size_t taken = 0;
  const std::vector<Error> problems = for_each_server(words, [&](const Place& place) {
    const std::vector<store::HostKey> shown = shown_keys(place);
    std::vector<store::HostKey> accepted;
    for (const store::HostKey& key : shown)
      if (words.takes_all || key.fingerprint == words.fingerprint) accepted.push_back(key);
    if (!accepted.empty()) pin(store, accepted, shown, words.note);
    taken += accepted.size();
  });
  if (taken == 0 && problems.empty())
    throw Error(Kind::refused,
                "no server shows the key " + words.fingerprint + ": nothing was accepted")
        .set_hint("see: provisioner hostkeys scan " + words.pattern);
  print(problems);
  return problems.empty() ? exit_fine : exit_not_so;
}

int list(const Words& words) {
  const store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  Table table({"NODE", "ALGORITHM", "FINGERPRINT", "STATE", "BY", "SINCE", "NOTE"});
  value::List items;
  for (const store::HostKey& key : store.all()) {
    if (!words.pattern.empty() && words.pattern != key.node) continue;
    const std::string state(name_of(key.state));
    table.add({key.node, key.algorithm, key.fingerprint, state, key.changed_by, key.changed_at,
               key.note});
    items.emplace_back(value::Dict{{"node", key.node},
                                   {"algorithm", key.algorithm},
                                   {"fingerprint", key.fingerprint},
                                   {"state", state},
                                   {"by", key.changed_by},
                                   {"since", key.changed_at},
                                   {"note", key.note}});
  }
  if (words.is_json)
    print_json(value::Value(std::move(items)));
  else
    table.print(std::cout);
  return exit_fine;
}

int retire(const Words& words) {
  store::HostKeyStore store = store::HostKeyStore::open(state_directory());
  std::size_t count = 0;
  for (const store::HostKey& key : store.keys_of(words.pattern)) {
    const bool is_meant = words.fingerprint.empty() || key.fingerprint == words.fingerprint;
    if (!is_good(key.state) || !is_meant) continue;
    retire(store, key);
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
    return add_command(command, action, words, name, summary, run);
  };
  const auto add_inventories = [&](CLI::App* added) {
    add_many(*added, "-i,--inventory", words->run.inventories,
             "inventory that says where the nodes are");
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
  CLI::App* listed = add("list", "the keys that are known", list);
  listed->add_option("node", words->pattern, "only of this node");
  listed->add_flag("--json", words->is_json, "as JSON");
  CLI::App* retired =
      add("retire", "trust a node's key no more; when it shows up again, it is refused", retire);
  retired->add_option("node", words->pattern, "the node")->required();
  retired->add_option("--fingerprint", words->fingerprint, "only this key");
}

}  // namespace provisioner::cli
