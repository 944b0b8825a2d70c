// A machine that nobody has written down yet.

#include "provisioner/front/cli/accept_machine.h"

#include <iostream>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/keyboard.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/visit.h"
#include "provisioner/language/inventory/addresses.h"
#include "provisioner/language/inventory/check_newcomer.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/hardware/entry.h"
#include "provisioner/machine/metal/pause.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/guard_lock.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using metal::Stage;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* note =
    "Found by provisioner discover; links are named as the RAM disk's kernel does.";

// Not that of a group (IEEE 802: the lowest bit of the first byte), nor none at all.
bool is_of_one_machine(const std::string& mac) {
  return std::stoi(mac.substr(0, 2), nullptr, 16) % 2 == 0 &&
         inventory::plain_mac(mac) != "00:00:00:00:00:00";
}

void require_forms(const AcceptWords& words) {
  if (!inventory::has_form(inventory::Form::mac, words.mac))
    throw Error(Kind::usage, "'" + words.mac + "' is no MAC address");
  if (!is_of_one_machine(words.mac))
    throw Error(Kind::usage, "'" + words.mac + "' is no machine's MAC address")
        .set_hint("see which ask for an address: provisioner discover --unknown");
  if (!inventory::has_form(inventory::Form::host_name, words.name))
    throw Error(Kind::usage, "--name gives the machine a name as n21, without its domain");
  const auto address = inventory::read_subnet(words.address);
  if (!address)
    throw Error(Kind::usage, "--address gives the machine an address while it boots")
        .set_hint("one that is free in the boot network: --address 10.78.0.121/24");
  if (address->is_reserved(address->address))
    throw Error(Kind::usage,
                "'" + words.address + "' is the network's own or its broadcast address")
        .set_hint("give one that is free in the boot network");
}

// A folder of an inventory leaves out hidden files, and of the others many by their endings.
void require_read(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  if (!name.starts_with('.') && (name.ends_with(".yml") || name.ends_with(".yaml"))) return;
  throw Error(Kind::usage, "'" + file + "' would not be read as YAML, which is written")
      .set_hint("give it the ending .yml, and no dot at its beginning");
}

void require_place(const std::string& file) {
  if (file.empty()) return;
  require_read(file);
  if (os::exists(file) || os::link_target(file))
    throw Error(Kind::usage, "'" + file + "' is there already")
        .set_hint("name a new file beside the inventory's others: in a directory all are read");
  if (!os::is_directory(os::parent_of(file)))
    throw Error(Kind::usage, "there is no directory '" + os::parent_of(file) + "'");
}

// The store may know a machine that the inventory has no more.
void require_unknown(const std::string& name) {
  const auto state = store::NodeRecords::open(state_directory()).state(name);
  if (!state || state->state == name_of(Stage::enrolled)) return;
  throw Error(Kind::refused,
              "there is a node '" + name + "' already, which is '" + state->state + "'")
      .set_hint("where another machine takes its place: provisioner node state " + name +
                " maintenance, and then enrolled");
}

// What is known before it has told anything.
Dict first_keys(const AcceptWords& words) {
  return {{"network", Dict{{"hostname", words.name},
                           {"interfaces", List{Dict{{"name", "boot"},
                                                    {"mac", inventory::plain_mac(words.mac)},
                                                    {"addresses", List{words.address}}}}}}}};
}

// The inventory as it is at this moment.
LoadedRun loaded(const AcceptWords& words, const std::vector<std::string>& more,
                 base::Diagnostics& diagnostics) {
  run::Options options = run_options(words.run, AnsibleConfig::load(diagnostics), diagnostics);
  require_inventory(options);
  options.inventories.insert(options.inventories.end(), more.begin(), more.end());
  return {words.run, std::move(options), diagnostics};
}

// Whether nothing that the keys say is anybody's.
void check_keys(const AcceptWords& words, const Dict& keys, base::Diagnostics& diagnostics) {
  const LoadedRun run = loaded(words, {}, diagnostics);
  if (diagnostics.has_errors()) return;
  inventory::check_newcomer(*run.inventory(), run.library().templar, words.name, keys, diagnostics);
}

// Whether the text, as a file beside the inventory, says again what it was made of.
void check_text(const AcceptWords& words, const Dict& keys, const std::string& text,
                base::Diagnostics& diagnostics) {
  const os::TemporaryDirectory place;
  const std::string name =
      words.file.empty() ? words.name + ".yml" : words.file.substr(words.file.rfind('/') + 1);
  const std::string path = os::join_path(place.path(), name);
  os::write_file(path, text);
  const LoadedRun run = loaded(words, {path}, diagnostics);
  if (diagnostics.has_errors()) return;
  const Dict read = run.inventory()->host(words.name) == nullptr
                        ? Dict()
                        : run.inventory()->own_variables(words.name);
  for (const auto& [key, written] : keys) {
    const Value* found = read.find(key.text());
    if (found != nullptr && *found == written) continue;
    diagnostics.add(Error(Kind::input, "as '" + name + "' the inventory does not read '" +
                                           key.text() + "' of '" + words.name + "' as it was found")
                        .set_hint("do group_vars or host_vars speak of it?"));
  }
}

bool is_told(const base::Diagnostics& diagnostics) {
  if (!diagnostics.has_errors()) return false;
  std::cerr << diagnostics.render(", nothing was written") << "\n";
  return true;
}

// The new entry, or nullopt where something speaks against it, which is told.
std::optional<std::string> entry(const AcceptWords& words, const Dict& keys) {
  base::Diagnostics diagnostics;
  check_keys(words, keys, diagnostics);
  const std::string text = hardware::inventory_text(words.name, keys, note);
  if (!diagnostics.has_errors()) check_text(words, keys, text, diagnostics);
  if (is_told(diagnostics)) return std::nullopt;
  return text;
}

bool is_meant(const AcceptWords& words) {
  if (words.is_sure) return true;
  const Keyboard keyboard;
  keyboard.say("Is that machine yours, and goes into " +
               (words.file.empty() ? "the inventory" : words.file) + "? Type yes: ");
  const bool is_yes = keyboard.line().text == "yes";
  if (SignalWatch::has_come()) throw Error(Kind::stopped, "stopped: nothing was written");
  if (!is_yes) std::cerr << "it was not meant: nothing was written\n";
  return is_yes;
}

// Two that write at the same time would not see each other's.
bool write_down(const AcceptWords& words, const Dict& keys, const Value& facts) {
  const os::Descriptor alone = reimage::hold_guards(state_directory(), os::system_clock(),
                                                    metal::real_pause(), SignalWatch::has_come);
  require_place(words.file);
  require_unknown(words.name);
  const auto text = entry(words, keys);
  if (!text) return false;
  if (!words.file.empty()) os::write_file(words.file, *text);
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  records.put_hardware({words.name, {}, "ram disk", facts});
  metal::move_node(records, words.name, Stage::discovered, "", operator_name());
  return true;
}

}  // namespace

int accept_machine(const AcceptWords& words) {
  require_forms(words);
  require_place(words.file);
  require_unknown(words.name);
  if (!words.is_sure && !Keyboard().can_ask())
    throw Error(Kind::usage, "a new machine needs --yes where nobody can be asked");
  base::Diagnostics diagnostics;
  check_keys(words, first_keys(words), diagnostics);
  if (is_told(diagnostics)) return exit_usage;
  const SignalWatch signals;
  Visit visit(words.mac, words.address, words.images);
  std::cerr << words.mac << " may boot into the RAM disk now, to tell its hardware and nothing "
            << "more: switch it on, with the network as its first boot device" << std::endl;
  const Value facts = visit.await_facts();
  const Value keys = hardware::entry_of(hardware::read_machine(facts));
  const auto text = entry(words, keys.dict());
  if (!text) return exit_usage;
  std::cout << *text << std::flush;
  if (!is_meant(words)) return exit_not_so;
  return write_down(words, keys.dict(), facts) ? exit_fine : exit_usage;
}

}  // namespace provisioner::cli
