// Machines that nobody has written down yet.

#include "provisioner/front/cli/accept_machine.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/front/cli/keyboard.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/shown_times.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/hardware/entry.h"
#include "provisioner/machine/image/boot_dhcp.h"
#include "provisioner/machine/image/boot_service.h"
#include "provisioner/machine/metal/pause.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/deploy_order.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using metal::Stage;
using value::Dict;
using value::List;
using value::Value;

constexpr std::chrono::minutes patience{20};  // somebody walks to a rack
constexpr std::chrono::milliseconds look_pause{500};

std::atomic<bool> is_over = false;

// A machine that asked, as often as the boot service has kept it.
struct Asked {
  store::WallTime first, last;
  std::int64_t count = 0;
};

std::map<std::string, Asked> who_asked() {
  std::map<std::string, Asked> asked;
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  records.each_line("", {}, [&](const store::NodeLine& line) {
    if (line.source != "dhcp") return;
    const auto said = image::read_dhcp_line("dnsmasq-dhcp: " + line.text);
    if (!said) return;
    Asked& one = asked[inventory::plain_mac(said->whom)];
    if (one.count++ == 0) one.first = line.time;
    one.last = line.time;
  });
  return asked;
}

// A node that stands nowhere: as much of it as an order to boot needs.
inventory::Node stranger(const AcceptWords& words) {
  if (!inventory::has_form(inventory::Form::mac, words.mac))
    throw Error(Kind::usage, "'" + words.mac + "' is no MAC address");
  if (!inventory::has_form(inventory::Form::host_name, words.name))
    throw Error(Kind::usage, "--name gives the machine a name as n21, without its domain");
  if (!inventory::has_form(inventory::Form::address_in_subnet, words.address))
    throw Error(Kind::usage, "--address gives the machine an address while it boots")
        .set_hint("one that is free in the boot network: --address 10.78.0.121/24");
  inventory::Node node;
  node.name = words.name;
  inventory::Interface interface;
  interface.name = "boot";
  interface.mac = inventory::plain_mac(words.mac);
  node.network.interfaces.push_back(interface);
  node.deploy.address = words.address;
  return node;
}

// The facts of a machine that somebody switches on now.
Value await_facts(const AcceptWords& words, const inventory::Node& node) {
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  store::BootJobs jobs = store::BootJobs::open(state_directory());
  if (records.hardware(node.name))
    throw Error(Kind::refused, "there is a node '" + node.name + "' already")
        .set_hint("provisioner node status " + node.name);
  if (!image::is_at_work(boot_directory()))
    throw Error(Kind::refused, "no boot service is at work")
        .set_hint("start one on this machine: provisioner serve boot --interface PORT");
  const image::BootFiles files = image::Store::open(words.images).require_boot_files();
  const Value order = to_value(reimage::look_order(node, files));
  metal::move_node(records, node.name, Stage::armed, "somebody switches it on", operator_name());
  const std::int64_t job = jobs.begin(node.name, "", order);
  std::cerr << words.mac << " may boot into the RAM disk now, to tell its hardware and nothing "
            << "more: switch it on, with the network as its first boot device" << std::endl;
  const os::Instant end = os::system_clock().now() + patience;
  while (true) {
    if (const auto hardware = records.hardware(node.name)) return hardware->facts;
    if (is_over || os::system_clock().now() > end) {
      jobs.end(job, "nobody came");
      metal::move_node(records, node.name, Stage::failed, "it never told its hardware",
                       operator_name());
      throw Error(is_over ? Kind::stopped : Kind::failed,
                  words.mac + " has not told its hardware; it may no longer boot")
          .set_hint("provisioner node log " + node.name);
    }
    metal::real_pause()(look_pause);
  }
}

bool is_wanted(const AcceptWords& words, const std::string& where) {
  if (words.is_sure) return true;
  const Keyboard keyboard;
  if (::isatty(STDIN_FILENO) == 0 || !keyboard.is_there())
    throw Error(Kind::usage, "a new machine needs --yes where nobody can be asked");
  keyboard.say("Is that machine yours, and goes " + where + "? Type yes: ");
  return keyboard.line().text == "yes";
}

}  // namespace

int show_unknown(const NodeWords& words, bool is_json) {
  const auto nodes = named_nodes(words, {}, Others::listed);
  if (!nodes) return exit_usage;
  std::map<std::string, Asked> asked = who_asked();
  for (const NamedNode& node : *nodes)
    for (const inventory::Interface& interface : node.node.network.interfaces)
      asked.erase(inventory::plain_mac(interface.mac));
  Table table({"MAC", "FIRST ASKED", "LAST ASKED", "TIMES"});
  List list;
  for (const auto& [mac, one] : asked) {
    table.add({mac, shown_time(one.first), shown_time(one.last), std::to_string(one.count)});
    list.emplace_back(Dict{{"mac", mac},
                           {"first", os::utc_text(one.first)},
                           {"last", os::utc_text(one.last)},
                           {"times", one.count}});
  }
  is_json ? print_json(Value(std::move(list))) : table.print(std::cout);
  return exit_fine;
}

int accept_machine(const AcceptWords& words) {
  const inventory::Node node = stranger(words);
  if (!words.file.empty() && os::exists(words.file))
    throw Error(Kind::usage, "'" + words.file + "' is there already")
        .set_hint("name a new file beside the inventory's others: in a directory all are read");
  struct sigaction action {};
  action.sa_handler = [](int) { is_over = true; };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  const Value facts = await_facts(words, node);
  const std::string text = hardware::inventory_text(
      words.name, hardware::entry_of(hardware::read_machine(facts)),
      "Found by provisioner discover; links are named as the RAM disk's kernel does.");
  std::cout << text << std::flush;
  if (!is_wanted(words, words.file.empty() ? "into the inventory" : "into " + words.file)) {
    std::cerr << "it was not meant: nothing was written\n";
    return exit_not_so;
  }
  if (!words.file.empty()) os::write_file(words.file, text);
  return exit_fine;
}

}  // namespace provisioner::cli
